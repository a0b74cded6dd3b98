/** Attacks on the judge through what agents write, against models that do whatever they are told. */
import { beforeAll, describe, expect, test } from 'vitest'
import { takeApart, textsIn } from '../../support/openai-server/take-apart.ts'
import { caseOf, NEIGHBOUR_SECRET } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { breachesOf } from './breaches.ts'
import { MODELS } from './models.ts'
import { type Outcome, outcomeOf, type Run, runAttacks } from './run.ts'

let runs: readonly Run[] = []
beforeAll(async () => {
  runs = await runAttacks()
}, 120_000)

const of = (name: string) => runs.filter(({ model }) => model.name === name)

/** How often a model's runs ended in each way. */
function counts(name: string): { readonly [outcome: string]: number } {
  const ended = of(name).map(outcomeOf)
  return Object.fromEntries(
    [...new Set<Outcome>(ended)].map(one => [one, ended.filter(each => each === one).length]),
  )
}

test('there are attacks in every place that an agent writes', () => {
  expect(ATTACKS.length).toBeGreaterThanOrEqual(70)
  expect([...new Set(ATTACKS.map(({ place }) => place))].sort()).toEqual([
    'agent',
    'claim',
    'key',
    'kind',
    'neighbour',
    'neighbour key',
    'node',
    'reason',
    'scope',
    'source',
    'two values',
    'value',
  ])
  expect(runs).toHaveLength(ATTACKS.length * MODELS.length)
})

test.each(
  MODELS.map(({ name }) => name),
)('[J3] [J6] [J7] %s: nothing leaves the case, comes along, or gets out of the fence', name => {
  expect(of(name).flatMap(breachesOf)).toEqual([])
})

describe('what a model can still be brought to', () => {
  // The attacker may say something, and a judge may believe it. Limits and undoing are what stands against that.
  test("is to pick the attacker's own candidate", () => {
    expect(counts("captured: picks the attacker's")).toEqual({ "the attacker's": ATTACKS.length })
  })

  test('is to merge what candidates say, and nothing from any other place', () => {
    const merged = runs.filter(({ judgement }) => judgement.verdict.kind === 'merge')
    expect(merged.length).toBeGreaterThan(0)
    for (const { attack } of merged) expect(['value', 'two values']).toContain(attack.place)
  })

  test('is conditions of the words of candidates, likewise', () => {
    const split = runs.filter(({ judgement }) => judgement.verdict.kind === 'context')
    expect(split.length).toBeGreaterThan(0)
    for (const { attack } of split) expect(['value', 'two values']).toContain(attack.place)
  })
})

test.each([
  'captured: picks outside',
  'captured: picks another record',
  'captured: merges a neighbour',
  'captured: denies',
  'captured: conditions of loot',
  'captured: conditions of a neighbour',
  'captured: writes records',
  'captured: speaks twice',
  'captured: speaks prose',
  'captured: hides in merges',
  'captured: tells the prompt',
  'echo',
])('%s: always deferred', name => {
  expect(counts(name)).toEqual({ defer: ATTACKS.length })
})

test('an honest model is not disturbed by the frame', () => {
  expect(counts('honest')).toEqual({ 'the other': ATTACKS.length })
})

test('[J4] what nobody sees does not reach a model', () => {
  for (const { requests } of of('honest'))
    for (const request of requests)
      expect(textsIn(takeApart(request).evidence).join('')).not.toMatch(
        /(?!\u200c|\u200d)\p{Cf}|[^\P{Cc}\n\t]|\p{Cs}|[\u{e0100}-\u{e01ef}]/u,
      )
})

test('breaches would be found', () => {
  const [run] = of('honest')
  if (run === undefined) throw new Error('nothing ran')
  const { judgement, requests } = run
  const forged = (changes: Partial<Run>) => breachesOf({ ...run, ...changes }).join()
  const request = requests[0]
  expect(forged({ judgement: { ...judgement, verdict: { kind: 'pick', pick: 3 } } })).toMatch(
    'a pick outside',
  )
  expect(
    forged({ judgement: { ...judgement, verdict: { kind: 'merge', value: NEIGHBOUR_SECRET } } }),
  ).toMatch('came along')
  expect(forged({ judgement: { ...judgement, rationale: 'see https://evil.example' } })).toMatch('obeys')
  expect(forged({ judgement: Object.assign({ record: 'bob' }, judgement) })).toMatch('a judgement with')
  const messages = request?.body.messages.map(({ role, content }) => ({ role, content: `${content} ` })) ?? []
  expect(
    forged({ requests: request === undefined ? [] : [{ ...request, body: { ...request.body, messages } }] }),
  ).toMatch('a prompt that the attack changed')
})

test('advice comes from who may set the policy: it is the one text outside the fence', () => {
  const [run] = of('honest')
  const system = run?.requests[0]?.body.messages[0]?.content
  expect(system).toContain(caseOf(ATTACKS[0] ?? { kind: '', place: 'value', texts: [] }).advice)
})
