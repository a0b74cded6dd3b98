/** Runs schedules with arbiters as tests: some with `npm test`, as many as ARBITER_SEEDS says otherwise. */
import { afterAll, describe, expect, test } from 'vitest'
import { numberFrom } from '../seeds.ts'
import { Stats } from '../stats.ts'
import { simulateArbiters, type Verdict } from './run.ts'

/** About a minute of one core, in two files that run side by side. */
const SEEDS_DEFAULT = 130
const SEEDS_PER_TEST = 5
/** Generous: a machine that is busy with other things is no bug of ours. */
const TEST_TIMEOUT_MS = 300_000

const first = numberFrom('ARBITER_SEED', 1)
const count = numberFrom('ARBITER_SEEDS', SEEDS_DEFAULT)

/** What the default seeds have to come across, every part of them. */
const TROUBLE = [
  'claims',
  'collisions of claims',
  'folded verdicts that differ',
  'arbiters: byRule',
  'arbiters: byModel',
  'arbiters: deferred',
  'arbiters: changed',
  'arbiters: yielded',
  'arbiters: takenOver',
  'arbiters: resumed',
  'arbiters: unused',
  'crashes after a claim, restarted',
  'crashes after a claim, gone',
  'crashes after a claim, never back',
  'late writes',
  'undone by people',
  'left to people',
  'settlements by people',
  'judges that failed',
  'judges that hung',
  'partition',
  'one-way partition',
  'clogged link',
  'gossip lost',
  'gossip twice',
  'power lost in a transaction',
  'entries that waited',
  'suspicions',
  'suspicions stated again',
  'suspicions withdrawn',
  'suspicions judged by people',
  'suspicions undone',
  'suspicions judged differently',
  'suspicions ended resolved by model',
  'suspicions ended resolved by person',
  'suspicions ended resolved by rule',
  'people beside an arbiter',
  'people: deferral',
  'people: contexts',
  'people: another value',
  'deferrals undone',
  'ended with contexts by person',
  'policies changed',
  'policies set in the vault',
  'seconds with different policies',
  'ended with policies that differ',
  'judged in the vault',
  'arbiter loses the right',
  'arbiter loses the right in the vault',
  'arbiter gets the right',
  'arbiter gets the right in the vault',
  'arbiter may read the vault',
  'arbiter may read the vault no more',
  'writer is cut off the vault',
  'erased in dispute',
  'erased suspects',
  'erased while judged',
  'texts erased',
  'restarts',
  'ended deferred by model',
  'ended deferred by person',
  'ended resolved by model',
  'ended resolved by rule',
  'ended resolved by person',
]

/** One of `parts` files of tests that share the seeds, so that they run side by side. */
export function testArbiterSeeds(part: number, parts: number): void {
  const seeds = Array.from({ length: count }, (_, at) => first + at).filter(seed => seed % parts === part)
  const stats = new Stats()
  if (seeds.length === 0) {
    test('no seed falls into this part', () => {})
    return
  }
  const began = performance.now()
  describe(`seeds ${first} to ${first + count - 1} with arbiters, part ${part + 1} of ${parts}`, () => {
    test.each(chunks(seeds))(
      'all agree, nothing is lost, stuck or settled twice: seeds %s',
      async chunk => {
        for (const seed of chunk.split(' ').map(Number)) {
          const verdict = await simulateArbiters(seed)
          stats.add(verdict.stats)
          expect(verdict.problems, reportOf(verdict)).toEqual([])
        }
      },
      TEST_TIMEOUT_MS,
    )

    test.runIf(count >= SEEDS_DEFAULT)('these seeds met every kind of trouble', () => {
      for (const trouble of TROUBLE) expect.soft(stats.of(trouble), trouble).toBeGreaterThan(0)
    })
  })
  afterAll(() => {
    const perSecond = (seeds.length * 1000) / (performance.now() - began)
    console.log(`${seeds.length} schedules with arbiters, ${perSecond.toFixed(1)} a second: ${stats}`)
  })
}

/** What went wrong, how to see it again, and the last that happened. */
function reportOf({ seed, problems, stats, tail }: Verdict): string {
  return [
    ...problems.slice(0, 5).map(({ kind, detail }) => `${kind}: ${detail}`),
    '',
    `ARBITER_SEED=${seed} ARBITER_SEEDS=1 npx vitest run test/simulation/arbiters`,
    `${stats}`,
    '',
    ...tail,
  ].join('\n')
}

function chunks(seeds: readonly number[]): readonly string[] {
  const starts = Array.from(
    { length: Math.ceil(seeds.length / SEEDS_PER_TEST) },
    (_, at) => at * SEEDS_PER_TEST,
  )
  return starts.map(start => seeds.slice(start, start + SEEDS_PER_TEST).join(' '))
}
