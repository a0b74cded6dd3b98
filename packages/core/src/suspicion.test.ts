/** Two memories that may contradict each other: a note that says so, and a conflict like any other. */
import {
  claim,
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  type Json,
  JUDGED,
  judgeAgainst,
  note,
  rightsFor,
  type ScopeId,
  SUSPICION,
  settle,
  suspicionIn,
  suspicionName,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { scene } from '../../../test/support/dispute.ts'
import { type TestNode, write } from '../../../test/support/replicas.ts'

/** Two memories that everybody has, and who suspects them. */
function suspects() {
  const all = scene()
  const one = all.say(all.ann, 'the shop opens at 8', {}, 'hours').id
  const other = all.say(all.bob, 'the shop opens at 9', {}, 'opening').id
  all.meet()
  const records = [one, other].sort() as [DocumentId, DocumentId]
  const suspect = (at: TestNode, score = 0.9, of: Json = null) => {
    const evidence = [{ test: 'value', detail: 'numbers differ' }]
    const value: Json = { records, evidence, score, importance: 0.7, of }
    const statement = { scope: DEFAULT_SCOPE, name: suspicionName(one, other), register: SUSPICION, value }
    return (write(at, note(statement, all.mesh)).row as DocumentRow).id
  }
  return { ...all, records, suspect }
}

const conflictIn = (row: DocumentRow) => row.conflicts.find(({ register }) => register === SUSPICION)

/** A document that nobody has settled anything in. */
const unsettled = () => ({ read: () => ({ settlements: {} }) })

/** Some scope. */
const HERE = 'a'.repeat(32) as ScopeId

describe('[C5] a suspicion', () => {
  test('is an open conflict of a note, with one id on every node, whoever states it', () => {
    const { ann, bob, meet, row, suspect } = suspects()
    const id = suspect(ann)
    expect(suspect(bob)).toBe(id)
    meet()
    expect(row(id)).toMatchObject({ type: 'note', key: expect.stringMatching(/^moot\/suspicion\//) })
    expect(row(id).conflicts).toMatchObject([
      {
        id: `${id}.${SUSPICION}`,
        cause: 'suspected-contradiction',
        status: 'open',
        importance: 0.7,
        resolution: null,
      },
    ])
  })

  test('is found as a conflict and by its name, and is no memory', () => {
    const { ann, cid, meet, suspect } = suspects()
    const id = suspect(ann)
    meet()
    const { rows } = cid.storage
    expect(rows.list({ limit: 10 }).map(row => row.id)).not.toContain(id)
    expect(rows.search({ text: 'suspicion value numbers differ', limit: 10 })).toEqual([])
    expect(rows.list({ limit: 10, conflict: 'open' }).map(row => row.id)).toEqual([id])
    expect(rows.list({ limit: 10, type: 'note' }).map(row => row.id)).toEqual([id])
  })

  test('judged by a pick: the note says which, and neither memory is changed by it', () => {
    const { ann, bob, cid, meet, row, records, suspect } = suspects()
    const id = suspect(ann)
    meet()
    const before = records.map(row)
    write(bob, claim(id, SUSPICION, 1_700_000_100_000, row(id).registers[SUSPICION]?.map(s => s.entry) ?? []))
    expect(conflictIn(bob.storage.rows.get(id) as DocumentRow)?.status).toBe('claimed')
    write(bob, settle(id, SUSPICION, { pick: 2 }, { judge: 'model', model: 'm-1' }))
    meet()
    expect(conflictIn(row(id))).toMatchObject({
      ...{ status: 'resolved', claims: [] },
      resolution: { kind: 'pick', pick: 2, model: 'm-1' },
    })
    expect(row(id).registers[SUSPICION]).toHaveLength(1)
    expect(records.map(row)).toEqual(before)
    write(cid, judgeAgainst(records[0], id))
    meet()
    expect(row(records[0]).sets[JUDGED]).toEqual([id])
    expect(row(records[0]).registers).toEqual(before[0]?.registers)
  })

  test('judged both ways by two arbiters: one judgement holds, the other is overruled', () => {
    const { ann, bob, meet, row, suspect } = suspects()
    const id = suspect(ann)
    meet()
    write(ann, settle(id, SUSPICION, { pick: 1 }, { judge: 'model', confidence: 0.6 }))
    write(bob, settle(id, SUSPICION, { pick: 2 }, { judge: 'model', confidence: 0.7 }))
    meet()
    expect(conflictIn(row(id))).toMatchObject({
      status: 'resolved',
      resolution: { node: bob.node },
      overruled: [{ node: ann.node }],
    })
  })

  test('judged differently by two people is open', () => {
    const { ann, bob, meet, row, suspect } = suspects()
    const id = suspect(ann)
    meet()
    write(ann, settle(id, SUSPICION, { pick: 1 }))
    write(bob, settle(id, SUSPICION, { pick: 2 }))
    meet()
    expect(conflictIn(row(id))?.status).not.toBe('resolved')
  })

  test('[C8] comes back when the judgement is taken back, and when it is stated anew', () => {
    const { ann, cid, meet, row, suspect } = suspects()
    const id = suspect(ann)
    meet()
    write(cid, settle(id, SUSPICION, { pick: 1 }))
    write(cid, settle(id, SUSPICION, { undo: true }))
    meet()
    expect(conflictIn(row(id))).toMatchObject({ status: 'open', reopened: { kind: 'undo' } })
    const contexts = [
      { pick: 1, when: 'on weekdays' },
      { pick: 2, when: 'on weekends' },
    ]
    write(cid, settle(id, SUSPICION, { contexts }))
    meet()
    expect(conflictIn(row(id))).toMatchObject({ status: 'resolved', resolution: { kind: 'context' } })
    suspect(ann, 0.95)
    meet()
    expect(conflictIn(row(id))).toMatchObject({ status: 'open', reopened: { kind: 'context' } })
  })

  test('[C8] an undo takes back what it knew of, and no verdict that was given after it', () => {
    const { ann, bob, cid, meet, row, suspect } = suspects()
    const id = suspect(ann)
    write(ann, settle(id, SUSPICION, { pick: 1 }))
    meet()
    write(ann, settle(id, SUSPICION, { undo: true }))
    write(bob, settle(id, SUSPICION, { undo: true }))
    bob.clock.ms += 10
    write(bob, settle(id, SUSPICION, { pick: 2 }))
    meet()
    expect(conflictIn(row(id))).toMatchObject({ status: 'resolved', resolution: { node: bob.node, pick: 2 } })
    write(cid, settle(id, SUSPICION, { undo: true }))
    meet()
    expect(conflictIn(row(id))).toMatchObject({ status: 'open', overruled: [], reopened: { kind: 'undo' } })
    expect(() => write(ann, settle(id, SUSPICION, { undo: true }))).toThrow('nothing was settled')
  })

  test('[C6] judged differently by two people names both, and an undo takes both back', () => {
    const { ann, bob, cid, meet, row, suspect } = suspects()
    const id = suspect(ann)
    meet()
    write(ann, settle(id, SUSPICION, { pick: 1 }))
    bob.clock.ms += 10
    write(bob, settle(id, SUSPICION, { pick: 2 }))
    meet()
    expect(conflictIn(row(id))).toMatchObject({ status: 'open', overruled: [{ pick: 1 }, { pick: 2 }] })
    write(cid, settle(id, SUSPICION, { undo: true }))
    meet()
    expect(conflictIn(row(id))).toMatchObject({ status: 'open', overruled: [], reopened: { kind: 'undo' } })
  })

  test('[C7] can be put off, and is picked from two', () => {
    const { ann, cid, meet, row, suspect } = suspects()
    const id = suspect(ann)
    meet()
    expect(() => write(cid, settle(id, SUSPICION, { pick: 3 }))).toThrow('pick 1 to 2')
    expect(() => write(cid, settle(id, SUSPICION, { value: 'x' }))).toThrow('two memories')
    write(cid, settle(id, SUSPICION, { defer: true }))
    meet()
    expect(conflictIn(row(id))?.status).toBe('deferred')
  })

  test('stated once more of the same values, by who had not heard of it, does not open what was judged', () => {
    const { ann, bob, cid, meet, row, suspect } = suspects()
    const of = ['1'.repeat(64), '2'.repeat(64)]
    const id = suspect(ann, 0.9, of)
    write(ann, settle(id, SUSPICION, { pick: 1 }))
    bob.clock.ms += 10
    suspect(bob, 0.9, of)
    meet()
    expect(conflictIn(row(id))?.status).toBe('resolved')
    suspect(cid, 0.9, ['1'.repeat(64), '3'.repeat(64)])
    meet()
    expect(conflictIn(row(id))?.status).toBe('open')
  })

  test('takes no more than the right to arbitrate', () => {
    const { ann, suspect } = suspects()
    const id = suspect(ann)
    const row = ann.storage.rows.get(id) as DocumentRow
    const view = {
      row: () => row,
      isBarred: () => false,
      salt: () => new Uint8Array(16),
      document: unsettled,
    } as never
    expect(rightsFor(settle(id, SUSPICION, { pick: 1 }).plan(view).body, HERE)).toEqual([
      'arbitrate',
      'write',
    ])
  })
})

test.each<[string, Json]>([
  ['a text', 'x'],
  ['one record', { records: ['ab'.repeat(16)] }],
  ['what are no ids', { records: ['a', 'b'] }],
  ['a list', []],
  ['nothing', null],
])('%s is no suspicion', (_, value) => {
  expect(suspicionIn(value)).toBeUndefined()
})

test('of a suspicion from elsewhere only what makes sense is read', () => {
  const records = ['ab'.repeat(16), 'cd'.repeat(16)]
  const evidence = [{ test: 'value', detail: 'x' }, { test: 1 }, 'text', null]
  expect(suspicionIn({ records, evidence, score: 7, importance: 'high' })).toMatchObject({
    ...{ records, evidence: [{ test: 'value', detail: 'x' }], score: 0.5, importance: 0.5 },
  })
})
