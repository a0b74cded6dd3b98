/** What stands when several settle one disagreement at the same time. */
import { type Conflict, type DocumentRow, settle, update } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { contents, dispute } from '../../../test/support/dispute.ts'
import { write } from '../../../test/support/replicas.ts'

const conflictOf = (row: DocumentRow) => row.conflicts[0] as Conflict

describe('[C6] of verdicts made at the same time', () => {
  test.each([
    ['a person’s holds before a model’s', { judge: 'person' }, { judge: 'model', confidence: 1 }],
    [
      'a model’s holds before a rule’s',
      { judge: 'model', confidence: 0.1 },
      { judge: 'rule', rule: 'latest' },
    ],
    ['the surer model’s holds', { judge: 'model', confidence: 0.9 }, { judge: 'model', confidence: 0.8 }],
    [
      'one without a word on how sure it is comes last',
      { judge: 'model', confidence: 0.1 },
      { judge: 'model' },
    ],
  ] as const)('%s, whoever is heard first', (_, first, second) => {
    for (const winnerIsAnn of [true, false]) {
      const { id, ann, bob, meet, row } = dispute()
      const [winner, loser] = winnerIsAnn ? [ann, bob] : [bob, ann]
      write(winner, settle(id, 'content', { pick: 1 }, first))
      write(loser, settle(id, 'content', { pick: 2 }, second))
      meet()
      expect(contents(row(id))).toEqual(['open'])
      expect(conflictOf(row(id))).toMatchObject({
        status: 'resolved',
        resolution: { node: winner.node, pick: 1 },
        overruled: [{ node: loser.node, pick: 2 }],
      })
    }
  })

  test('the later of two equals holds', () => {
    const { id, ann, bob, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }, { judge: 'rule' }))
    bob.clock.ms += 1000
    write(bob, settle(id, 'content', { pick: 2 }, { judge: 'rule' }))
    meet()
    expect(conflictOf(row(id)).resolution?.node).toBe(bob.node)
  })

  test('those of two people who judge differently both stand: nobody but people decides between people', () => {
    const { id, ann, bob, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }))
    write(bob, settle(id, 'content', { pick: 2 }))
    meet()
    expect(contents(row(id))).toEqual(['open', 'shut'])
    expect(conflictOf(row(id))).toMatchObject({ status: 'open', reopened: { kind: 'pick' } })
  })

  test('those of two people who judge alike are one', () => {
    const { id, ann, bob, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }))
    write(bob, settle(id, 'content', { pick: 1 }))
    meet()
    expect(conflictOf(row(id)).status).toBe('resolved')
  })

  test('the one that saw less does not hold, however sure it is', () => {
    const { id, ann, bob, cid, meet, row } = dispute()
    write(cid, settle(id, 'content', { pick: 1 }, { judge: 'model', confidence: 1 }))
    ann.clock.ms += 10
    // A third value, which only Bob hears of.
    write(ann, settle(id, 'content', { defer: true }))
    write(ann, update(id, 'ajar'))
    write(bob, settle(id, 'content', { pick: 2 }, { judge: 'model', confidence: 0.2 }))
    meet()
    // Neither of the two verdicts had seen Ann's statement, and it stands beside the one that holds.
    expect(contents(row(id))).toEqual(expect.arrayContaining(['open', 'ajar']))
    expect(conflictOf(row(id)).status).toBe('open')
  })

  test('a statement made meanwhile stands beside the one that holds', () => {
    const { id, ann, bob, cid, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }, { judge: 'model', confidence: 0.9 }))
    write(bob, settle(id, 'content', { pick: 2 }, { judge: 'model', confidence: 0.8 }))
    cid.clock.ms += 100
    write(cid, update(id, 'broken'))
    meet()
    expect(contents(row(id))).toEqual(['open', 'broken'])
    expect(conflictOf(row(id))).toMatchObject({
      status: 'open',
      overruled: [{ node: bob.node }],
      reopened: { kind: 'overwrite', node: cid.node },
    })
  })
})

describe('[C7] of deferrals made beside a verdict', () => {
  test('the verdict ends it: who puts it off stops nobody', () => {
    const { id, ann, bob, meet, row } = dispute()
    write(ann, settle(id, 'content', { defer: true }))
    write(bob, settle(id, 'content', { pick: 2 }))
    meet()
    expect(contents(row(id))).toEqual(['shut'])
    expect(conflictOf(row(id)).status).toBe('resolved')
  })

  test('two are one', () => {
    const { id, ann, bob, meet, row } = dispute()
    for (const at of [ann, bob]) write(at, settle(id, 'content', { defer: true }))
    meet()
    expect(conflictOf(row(id)).status).toBe('deferred')
  })
})
