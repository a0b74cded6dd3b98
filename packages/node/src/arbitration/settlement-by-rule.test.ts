import type { DocumentRow, EntryHash, Json, NodeId, PolicyDecision, Sibling } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { choiceByRule, settlementByRule } from './settlement-by-rule.ts'

const agentOf = ({ node }: Sibling) => node as string

function said(agent: string, at: number, value: Json, confidence: number | null = null): Sibling {
  const entry = `${agent} ${at}` as EntryHash
  return { value, ended: false, node: agent as NodeId, at, tick: 0, entry, confidence }
}

function retracted(agent: string, at: number): Sibling {
  return { ...said(agent, at, null), ended: true }
}

function by(rule: PolicyDecision['rule'], order: readonly string[] = []) {
  return { rule, order }
}

const [OLD, SURE, NEW] = [said('ann', 1, 'a', 0.2), said('ben', 2, 'b', 0.9), said('cid', 3, 'c')]
const NO_DIRECTIVE = () => false
const ALL = [OLD, SURE, NEW]

describe('a rule settles on', () => {
  test.each<readonly [string, ReturnType<typeof by>, readonly Sibling[], unknown]>([
    ['the latest', by('latest'), ALL, { pick: 3 }],
    ['the latest, also if it is a retraction', by('latest'), [OLD, retracted('ben', 2)], { pick: 2 }],
    ['the most trusted', by('authority', ['ann', '*']), ALL, { pick: 1 }],
    ['the surest', by('confidence'), ALL, { pick: 2 }],
    ['the largest number', by('max'), [said('ann', 1, 3), said('ben', 2, 8), said('cid', 3, 5)], { pick: 2 }],
    ['the latest, where nobody gave a number', by('max'), ALL, { pick: 3 }],
    [
      'all elements',
      by('union'),
      [said('ann', 1, ['x', 'y']), said('ben', 2, ['y', 'z'])],
      { value: ['x', 'y', 'z'] },
    ],
    ['all values', by('keep-all'), ALL, { value: ['a', 'b', 'c'] }],
    ['what is left beside a retraction', by('keep-all'), [OLD, retracted('ben', 2)], { value: 'a' }],
    ['nothing, where an arbiter decides', by('arbiter'), ALL, undefined],
    ['nothing, where a person decides', by('person'), ALL, undefined],
  ])('%s', (_name, decision, candidates, settlement) => {
    expect(settlementByRule(decision, candidates, agentOf, NO_DIRECTIVE)).toEqual(settlement)
  })
})

describe('a directive beside what is stated plainly', () => {
  const isDirective = ({ entry }: Pick<Sibling, 'entry'>) => entry === 'cid 3'
  const surest = said('cid', 3, 'c', 1)
  test.each<readonly [PolicyDecision['rule'], unknown]>([
    ['latest', { pick: 2 }],
    ['authority', { pick: 2 }],
    ['confidence', { pick: 2 }],
    ['keep-all', { value: ['a', 'b'] }],
    ['union', { value: ['a', 'b'] }],
  ])('is nothing to the rule %s', (rule, settlement) => {
    const decision = by(rule, ['cid', 'ben'])
    expect(settlementByRule(decision, [OLD, SURE, surest], agentOf, isDirective)).toEqual(settlement)
  })

  test('is not larger than a number', () => {
    const numbers = [said('ann', 1, 3), said('cid', 3, 9)]
    expect(settlementByRule(by('max'), numbers, agentOf, isDirective)).toEqual({ pick: 1 })
  })

  test('is weighed where all that is stated is a retraction', () => {
    const candidates = [retracted('ann', 1), surest]
    expect(settlementByRule(by('latest'), candidates, agentOf, isDirective)).toEqual({ pick: 2 })
  })

  test('is not picked again because a rule had picked it', () => {
    const verdict = { judge: 'rule' as const, on: [OLD, surest] }
    const candidates = [{ ...said('arbiter', 4, 'c'), verdict }, said('dan', 5, 'd', 0.1)]
    expect(settlementByRule(by('confidence'), candidates, agentOf, isDirective)).toEqual({ value: 'a' })
  })

  test('is not the memory that holds', () => {
    const row = (...content: readonly Sibling[]) => ({ registers: { content } }) as unknown as DocumentRow
    expect(choiceByRule(by('latest'), [row(surest), row(OLD)], agentOf, isDirective)).toEqual({ pick: 2 })
    const both: [DocumentRow, DocumentRow] = [row(said('x', 0, 'x'), surest), row(OLD)]
    expect(choiceByRule(by('latest'), both, agentOf, isDirective)).toEqual({ pick: 2 })
  })
})

describe('of two memories a rule chooses', () => {
  const row = (...content: readonly Sibling[]) => ({ registers: { content } }) as unknown as DocumentRow
  test.each<readonly [string, ReturnType<typeof by>, readonly [DocumentRow, DocumentRow], unknown]>([
    ['the one said later', by('latest'), [row(NEW), row(OLD)], { pick: 1 }],
    [
      'the one whose latest word is later',
      by('latest'),
      [row(OLD), row(said('x', 0, 'x'), NEW)],
      { pick: 2 },
    ],
    ['the one of the more trusted', by('authority', ['ben']), [row(SURE), row(NEW)], { pick: 1 }],
    ['none, if both should be kept', by('keep-all'), [row(OLD), row(NEW)], undefined],
    ['none, if one says nothing', by('latest'), [row(OLD), row()], undefined],
  ])('%s', (_name, decision, memories, choice) => {
    expect(choiceByRule(decision, memories, agentOf, NO_DIRECTIVE)).toEqual(choice)
  })
})
