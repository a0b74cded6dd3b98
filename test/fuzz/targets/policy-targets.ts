/** Policies, suspicions and patterns: what a note holds, which any arbiter can write, and what people type. */
import {
  type Conflict,
  decide,
  type Json,
  matchesGlob,
  type Policy,
  PRESET_POLICY,
  parsePolicy,
  policyIn,
  RESOLVER_NAMES,
  resolveSiblings,
  type Sibling,
  suspicionIn,
  suspicionName,
  UsageError,
} from '@folkmoot/core'
import { bytesOf, Fault, type Target, textOf } from '../target.ts'
import { SUSPECTED } from './dispute-samples.ts'

const CLAUSE = {
  when: { kind: 'fact', key: 'a/*/b*', field: 'content', cause: 'update-versus-retract' },
  rule: 'authority',
  order: ['billing', '*'],
  below: { importance: 0.5, rule: 'keep-all' },
  advice: 'the later one',
}

const MEMORIES = ['fact', 'task', ''].flatMap(kind => [null, '', 'a/b', 'a/x/bc'].map(key => ({ kind, key })))
const CONFLICTS: readonly Pick<Conflict, 'register' | 'cause' | 'importance'>[] = [
  { register: 'content', cause: 'update-versus-retract', importance: 0.4 },
  { register: 'validUntil', cause: 'concurrent-values', importance: 1 },
  { register: 'suspicion', cause: 'suspected-contradiction', importance: 0 },
]
const SIBLINGS = ['a', 7, null].map(
  (value, at): Sibling => ({
    ...{ value, ended: value === null, at, tick: 0, confidence: null },
    ...{ node: `n${at}` as Sibling['node'], entry: `${at}`.repeat(64) as Sibling['entry'] },
  }),
)

/** An oracle that takes this many steps at the most. */
const STEPS_MAX = 200_000
const lines = (...values: readonly unknown[]) => values.map(value => bytesOf(JSON.stringify(value)))

export const POLICY_TARGETS: readonly Target[] = [
  {
    name: 'policy',
    shape: 'json',
    samples: () => lines(PRESET_POLICY, { version: 1, clauses: [CLAUSE, { rule: 'person' }] }),
    take: takePolicy,
    refuses: error => error instanceof SyntaxError,
  },
  {
    name: 'pattern of keys',
    shape: 'text',
    samples: () =>
      ['a*b\nab', '*\n', 'customer/*/seat\ncustomer/anna/seat', 'a\na', '*a*a*a*b\naaab'].map(bytesOf),
    take: takePattern,
  },
  {
    name: 'suspicion',
    shape: 'json',
    samples: () => lines(SUSPECTED, { ...SUSPECTED, of: null, evidence: [] }),
    take: takeSuspicion,
    refuses: error => error instanceof SyntaxError,
  },
]

/** What a note holds counts if it can be read; what somebody sets is refused in one line. */
function takePolicy(input: Uint8Array): boolean {
  const value = JSON.parse(textOf(input)) as Json
  const held = policyIn(value)
  if (held !== undefined) checkDecisions(held)
  try {
    const set = parsePolicy(value)
    if (held === undefined || JSON.stringify(parsePolicy(set)) !== JSON.stringify(held))
      throw new Fault('a policy that can be set is no policy in a note')
    return true
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return held !== undefined && /authority needs an order/.test(error.message)
  }
}

function checkDecisions(policy: Policy): void {
  for (const memory of MEMORIES)
    for (const conflict of CONFLICTS) {
      const { clause, rule, resolver, order } = decide(policy, memory, conflict)
      const isKnown =
        [...RESOLVER_NAMES, 'arbiter', 'person'].includes(rule) && RESOLVER_NAMES.includes(resolver)
      const isOne = clause === null || (clause >= 1 && clause <= policy.clauses.length)
      if (!isKnown || !isOne) throw new Fault(`decides ${JSON.stringify({ clause, rule, resolver })}`)
      if (resolveSiblings(SIBLINGS, resolver, { authority: order }) === undefined) throw new Fault('no value')
    }
}

/** A pattern, and after a line break the text that it is held against. */
function takePattern(input: Uint8Array): boolean {
  const [pattern = '', ...rest] = textOf(input).split('\n')
  const text = rest.join('\n')
  const found = matchesGlob(pattern, text)
  if (pattern.length * text.length <= STEPS_MAX && found !== matchesByTrying(pattern, text))
    throw new Fault(`says ${found}`)
  return true
}

/** Goes back to the last `*` whenever something does not fit. */
function matchesByTrying(pattern: string, text: string): boolean {
  let [at, place, star, from] = [0, 0, -1, 0]
  while (at < text.length) {
    if (pattern[place] === '*') [star, from, place] = [place, at, place + 1]
    else if (pattern[place] === text[at]) [place, at] = [place + 1, at + 1]
    else if (star >= 0) [from, at, place] = [from + 1, from + 1, star + 1]
    else return false
  }
  return /^\**$/.test(pattern.slice(place))
}

function takeSuspicion(input: Uint8Array): boolean {
  const found = suspicionIn(JSON.parse(textOf(input)))
  if (found === undefined) return false
  const again = suspicionIn(found as unknown as Json)
  if (JSON.stringify(again) !== JSON.stringify(found)) throw new Fault('read again it is another one')
  for (const share of [found.score, found.importance])
    if (!(share >= 0 && share <= 1)) throw new Fault(`a share of ${share}`)
  const [one, other] = found.records
  if (suspicionName(one, other) !== suspicionName(other, one)) throw new Fault('two names')
  return true
}
