/** A verdict says which statement holds, and is no statement itself. */
import {
  type Conflict,
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  type Json,
  type Plan,
  resolveSiblings,
  type Settlement,
  type SettleOptions,
  settle,
  statementsOf,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { contents, dispute, scene } from '../../../test/support/dispute.ts'
import { pull, type TestNode, write } from '../../../test/support/replicas.ts'

const RULE: SettleOptions = { judge: 'rule', rule: 'authority' }
const conflictOf = (row: DocumentRow) => row.conflicts[0] as Conflict
const standing = (row: DocumentRow) => statementsOf(row.registers.content ?? [])
const words = (row: DocumentRow) => standing(row).map(({ value }) => value)

/** Ann, Bob and Cid say something else each, in this order, and have not heard of each other. */
function threeSay(values: readonly [Json, Json, Json] = ['A', 'B', 'C']) {
  const all = scene()
  const sayers = [all.ann, all.bob, all.cid] as const
  const rows = sayers.map((at, i) => {
    at.clock.ms += 10 * i
    return all.say(at, values[i] ?? null, { confidence: (3 - i) / 4 })
  })
  for (const at of sayers) at.clock.ms += 100
  return { ...all, id: (rows[0] as DocumentRow).id, sayers }
}

/** Two of them meet and settle it; the third is heard of later. */
function settledBy(pair: readonly [number, number], settlement: Settlement, options: SettleOptions) {
  const all = threeSay()
  const [first, second] = pair.map(i => all.sayers[i]) as [TestNode, TestNode]
  pull(first, second)
  write(first, settle(all.id, 'content', settlement, options))
  all.meet()
  return { ...all, judge: first }
}

/** A value and a settlement as no honest node writes them. */
function crafted(id: DocumentId, value: Json, mark: Json): Plan {
  return {
    touches: id,
    plan: view => ({
      scope: DEFAULT_SCOPE,
      body: {
        type: 'change',
        doc: id,
        deps: [...(view.row(id)?.heads ?? [])],
        salt: view.salt(),
        ops: [
          ['put', 'content', value],
          ['settle', 'content', mark],
        ],
      },
    }),
  }
}

describe('[C10] what rules weigh', () => {
  test('is what was said, whoever met first and whatever the rule had made of it', () => {
    for (const pair of [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const) {
      for (const settlement of [{ pick: 1 }, { pick: 2 }, { value: ['A', 'B'] }] as const) {
        const { id, row, ann, bob, cid } = settledBy(pair, settlement, RULE)
        expect(conflictOf(row(id))).toMatchObject({ status: 'open' })
        expect(row(id).registers.content).toHaveLength(2)
        expect(words(row(id))).toEqual(['A', 'B', 'C'])
        expect(standing(row(id)).map(({ node }) => node)).toEqual([ann.node, bob.node, cid.node])
        const said = conflictOf(row(id)).candidates
        expect(resolveSiblings(said, 'latest')).toBe('C')
        expect(resolveSiblings(said, 'confidence')).toBe('A')
        expect(resolveSiblings(said, 'keep-all')).toEqual(['A', 'B', 'C'])
        const agentOf = ({ node }: { readonly node: string }) => (node === bob.node ? 'bob' : '')
        expect(resolveSiblings(said, 'authority', { authority: ['bob'], agentOf })).toBe('B')
      }
    }
  })

  test('of what a person or a model picked is its author’s, said on the day on which it was picked', () => {
    for (const judge of ['person', 'model'] as const) {
      const { id, row, ann, judge: picker } = settledBy([1, 0], { pick: 1 }, { judge })
      const [late, picked] = standing(row(id))
      expect([late?.value, picked?.value]).toEqual(['C', 'A'])
      expect(picked).toMatchObject({ node: ann.node, confidence: 0.75 })
      expect(picked?.at).toBe(row(id).registers.content?.find(({ node }) => node === picker.node)?.at)
      expect(resolveSiblings(conflictOf(row(id)).candidates, 'latest')).toBe('A')
    }
  })

  test('of words that a judge found is the judge’s', () => {
    const { id, row, judge } = settledBy([0, 1], { value: 'D' }, { judge: 'person' })
    expect(words(row(id))).toEqual(['C', 'D'])
    expect(row(id).registers.content?.at(-1)?.verdict).toEqual({ judge: 'person', on: [] })
    expect(standing(row(id)).at(-1)?.node).toBe(judge.node)
  })

  test('goes through verdicts upon verdicts, and through those that were taken back', () => {
    const { id, row, meet, ann, bob, cid, say } = settledBy([0, 1], { value: 'mine' }, { judge: 'person' })
    write(bob, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(['A', 'B', 'C'])
    write(cid, settle(id, 'content', { pick: 3 }, RULE))
    bob.clock.ms += 50
    say(bob, 'E')
    meet()
    expect(words(row(id))).toEqual(['A', 'B', 'C', 'E'])
    write(ann, settle(id, 'content', { pick: 1 }, RULE))
    meet()
    expect(words(row(id))).toEqual(['A', 'B', 'C', 'E'])
  })

  test('is each who said what was picked', () => {
    const { id, row, meet, ann, bob, cid } = threeSay(['A', 'B', 'A'])
    meet()
    write(bob, settle(id, 'content', { pick: 1 }))
    meet()
    const [held] = row(id).registers.content ?? []
    expect(held?.verdict?.on.map(({ node, value }) => [node, value])).toEqual([
      [ann.node, 'A'],
      [cid.node, 'A'],
    ])
  })

  test('is not what a judge merely says it rests on', () => {
    const { id, row, meet, ann, bob } = dispute()
    const old = row(id).registers.content?.[0]
    write(bob, settle(id, 'content', { pick: 2 }))
    meet()
    // Ann's word was settled against. Bob says that his next one is a pick of it, with nothing of the kind in dispute.
    const mark = { kind: 'pick', pick: 1, supersedes: [old?.entry ?? ''] }
    write(bob, crafted(id, 'open', mark))
    meet()
    expect(contents(row(id))).toEqual(['open'])
    expect(standing(row(id)).map(({ node }) => node)).toEqual([bob.node])
    expect(row(id).registers.content?.[0]?.verdict?.on.map(({ node }) => node)).not.toContain(ann.node)
  })
})

describe('[C8] an undo where several verdicts stand', () => {
  test('takes all back that agree', () => {
    const { id, ann, bob, cid, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 2 }, RULE))
    write(bob, settle(id, 'content', { pick: 2 }, RULE))
    meet()
    expect(contents(row(id))).toEqual(['shut', 'shut'])
    write(cid, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(['open', 'shut'])
    expect(conflictOf(row(id))).toMatchObject({ status: 'open', reopened: { kind: 'undo' } })
  })

  test('takes both back of two people who differ', () => {
    const { id, ann, bob, cid, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }))
    write(bob, settle(id, 'content', { pick: 2 }))
    meet()
    write(cid, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(['open', 'shut'])
    expect(conflictOf(row(id)).status).toBe('open')
    expect(() => write(ann, settle(id, 'content', { undo: true }))).toThrow('nothing was settled')
  })

  test('goes back step by step, to what was said first', () => {
    const { id, row, meet, ann, bob } = settledBy([0, 1], { pick: 2 }, RULE)
    write(ann, settle(id, 'content', { pick: 1 }, RULE))
    meet()
    expect(row(id).registers.content).toHaveLength(1)
    write(bob, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(['C', 'B'])
    write(bob, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(['A', 'B', 'C'])
  })

  test('reaches a verdict beside a later statement', () => {
    const { id, ann, bob, cid, meet, row, say } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }))
    bob.clock.ms += 1000
    say(bob, 'ajar')
    meet()
    expect(contents(row(id))).toEqual(['open', 'ajar'])
    write(cid, settle(id, 'content', { undo: true }))
    meet()
    // Bob had replaced both of the first ones; Ann's verdict had been all that held one of them up.
    expect(contents(row(id))).toEqual(['ajar'])
  })
})

test('verdicts upon verdicts cost a reader little, however many there are', () => {
  const { id, ann, row, meet } = dispute()
  for (let i = 0; i < 300; i++) {
    write(ann, crafted(id, `value ${i}`, { kind: 'value', judge: 'rule', supersedes: [] }))
  }
  meet()
  // Too far down to be looked for: then the last one speaks for itself.
  expect(words(row(id))).toEqual(['value 299'])
})

describe('[C10] candidates of what was settled', () => {
  test('rest on what they rested on while it was open, verdicts that were taken back among them', () => {
    const { id, ann, bob, cid, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }))
    write(ann, settle(id, 'content', { undo: true }))
    meet()
    write(ann, settle(id, 'content', { pick: 2 }))
    write(bob, settle(id, 'content', { pick: 1 }))
    meet()
    const open = conflictOf(row(id)).candidates
    expect(open.map(({ verdict }) => verdict?.on.length)).toEqual([1, 1])
    write(cid, settle(id, 'content', { pick: 1 }))
    meet()
    expect(conflictOf(row(id)).candidates).toEqual(open)
  })

  test('who repeats the words of a candidate has picked it', () => {
    const { id, ann, cid, meet, row } = dispute()
    write(cid, settle(id, 'content', { value: 'open' }))
    meet()
    expect(conflictOf(row(id)).resolution).toMatchObject({ kind: 'pick', pick: 1 })
    expect(standing(row(id)).map(({ node }) => node)).toEqual([ann.node])
  })
})
