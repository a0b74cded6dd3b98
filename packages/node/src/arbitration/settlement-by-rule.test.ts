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
    expect(settlementByRule(decision, candidates, agentOf)).toEqual(settlement)
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
    expect(choiceByRule(decision, memories, agentOf)).toEqual(choice)
  })
})
