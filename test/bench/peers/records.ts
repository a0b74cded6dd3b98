/** The records that every store in the benchmark is given: record i is the same for all of them. */

export type BenchRecord = {
  id: string
  kind: 'semantic'
  content: string
  tag: string
  confidence: number
}

const tags = [
  'billing',
  'shipping',
  'refunds',
  'contracts',
  'onboarding',
  'security',
  'outages',
  'pricing',
  'hiring',
  'travel',
  'legal',
  'design',
  'releases',
  'support',
  'inventory',
  'partners',
  'training',
  'research',
  'quality',
  'planning',
]

const people = [
  'The customer in Lisbon',
  'Our supplier from Gdansk',
  'The night shift lead',
  'A reviewer on the data team',
  'The clinic in Leeds',
  'Their finance office',
  'The new account manager',
  'One of the pilot users',
  'The warehouse crew',
  'The school in Nantes',
  'Our contact at the bank',
]

const habits = [
  'prefers to receive',
  'has stopped asking for',
  'wants a copy of',
  'must approve',
  'usually forgets',
  'agreed to pay for',
  'is waiting on',
  'asked us to translate',
  'no longer needs',
  'cannot open',
  'signs off on',
  'keeps',
  'complained about',
]

const things = [
  'the monthly usage report',
  'printed delivery notes',
  'the revised price list',
  'access to the test system',
  'the maintenance contract',
  'invoices in two currencies',
  'the packing instructions',
  'a summary of open cases',
  'the backup schedule',
  'photos of damaged parcels',
  'the draft lease',
  'weekly stock counts',
  'the safety checklist',
  'answers from the survey',
  'the holiday rota',
  'early builds of the app',
  'the signed order form',
]

const times = [
  'before the first Monday of a month',
  'until the audit is over',
  'whenever a parcel is late',
  'since the office moved',
  'while the trial is running',
  'at the end of a quarter',
  'since the price change',
]

const reasons = [
  'so plan for a delay',
  'and email works best',
  'as the contract says',
  'so ask Maria first',
  'and nobody objects',
]

/** A number below n that looks random and depends on the record and on the place in the sentence alone. */
function below(n: number, record: number, place: number): number {
  let x = Math.imul(record + 1, 40503) ^ Math.imul(place + 1, 1299709)
  for (let round = 0; round < 3; round++) {
    x = Math.imul(x ^ (x >>> 15), 739391)
    x ^= x >>> 12
  }
  return (x >>> 0) % n
}

const pick = (list: string[], record: number, place: number) => list[below(list.length, record, place)] ?? ''

export function makeRecord(i: number): BenchRecord {
  const who = pick(people, i, 0)
  const sentence = `${who} ${pick(habits, i, 1)} ${pick(things, i, 2)} ${pick(times, i, 3)}`
  return {
    id: `r${i}`,
    kind: 'semantic',
    content: `${sentence}, ${pick(reasons, i, 4)} (case ${1000 + i}).`,
    tag: pick(tags, i, 5),
    confidence: (50 + below(50, i, 6)) / 100,
  }
}

export const makeRecords = (count: number): BenchRecord[] =>
  Array.from({ length: count }, (_, i) => makeRecord(i))
