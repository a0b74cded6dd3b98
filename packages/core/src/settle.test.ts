/** Ending a disagreement, claiming to be ending it, and taking the end back. */
import {
  CLAIM_MS_MAX,
  type Conflict,
  claim,
  claimRank,
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  holderAt,
  judgeAgainst,
  rightsFor,
  type ScopeId,
  type Settlement,
  type SettleOptions,
  settle,
  statusAt,
  tag,
  update,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { contents, dispute, scene } from '../../../test/support/dispute.ts'
import { pull, write } from '../../../test/support/replicas.ts'

const LATER = 1_700_000_100_000

const conflictOf = (row: DocumentRow) => row.conflicts[0] as Conflict
const seenIn = (row: DocumentRow) => conflictOf(row).candidates.map(({ entry }) => entry)

/** Some scope. */
const HERE = 'a'.repeat(32) as ScopeId

describe('[C5] a claim', () => {
  test('says who is at it, and for how long', () => {
    const { id, ann, cid, meet, row } = dispute()
    write(cid, claim(id, 'content', LATER, seenIn(row(id))))
    meet()
    const conflict = conflictOf(row(id))
    expect(conflict).toMatchObject({ status: 'claimed', claims: [{ node: cid.node, until: LATER }] })
    expect([statusAt(conflict, LATER - 1), statusAt(conflict, LATER)]).toEqual(['claimed', 'open'])
    expect(holderAt(conflict, LATER - 1)?.node).toBe(cid.node)
    expect(holderAt(conflict, LATER)).toBeUndefined()
    expect(contents(row(id))).toEqual(['open', 'shut'])
    expect(write(ann, settle(id, 'content', { pick: 1 })).row?.conflicts).toMatchObject([
      { status: 'resolved', claims: [] },
    ])
  })

  test('is good for ten minutes at most, however long it asks for', () => {
    const { id, cid, row } = dispute()
    const found = write(cid, claim(id, 'content', Number.MAX_SAFE_INTEGER, seenIn(row(id))))
      .row as DocumentRow
    const [claimed] = conflictOf(found).claims
    expect(claimed?.until).toBe((claimed?.at ?? 0) + CLAIM_MS_MAX)
  })

  test('of two at once, one goes first on every node', () => {
    const { id, ann, bob, meet, row } = dispute()
    const seen = seenIn(row(id))
    for (const at of [ann, bob]) write(at, claim(id, 'content', LATER, seen))
    meet()
    const conflict = conflictOf(row(id))
    const ranks = conflict.claims.map(({ node }) => claimRank(conflict.id, node))
    expect(ranks).toHaveLength(2)
    expect(ranks).toEqual([...ranks].sort())
    expect(holderAt(conflict, 0)?.node).toBe(conflict.claims[0]?.node)
  })

  test('is worth nothing once there is a value that it did not see', () => {
    const { id, ann, cid, meet, row } = dispute()
    write(cid, claim(id, 'content', LATER, seenIn(row(id))))
    write(ann, update(id, 'ajar'))
    write(cid, claim(id, 'content', LATER, seenIn(cid.storage.rows.get(id) as DocumentRow)))
    expect(conflictOf(cid.storage.rows.get(id) as DocumentRow).status).toBe('claimed')
    meet()
    expect(row(id).conflicts).toMatchObject([{ status: 'resolved', resolution: { kind: 'overwrite' } }])
  })

  test('is refused where the candidates are others by now, and where it is settled or put off', () => {
    const { id, cid, row } = dispute()
    const seen = seenIn(row(id))
    const changed = { code: 'changed' }
    for (const wrong of [seen.slice(1), [...seen, 'ab'.repeat(32) as EntryHash], []]) {
      expect(() => write(cid, claim(id, 'content', LATER, wrong))).toThrow(expect.objectContaining(changed))
    }
    write(cid, settle(id, 'content', { defer: true }))
    expect(() => write(cid, claim(id, 'content', LATER, seen))).toThrow(expect.objectContaining(changed))
    write(cid, settle(id, 'content', { pick: 1 }))
    expect(() => write(cid, claim(id, 'content', LATER, seen))).toThrow(expect.objectContaining(changed))
  })
})

describe('[C5] a verdict', () => {
  test('says on whose judgement', () => {
    const { id, cid, meet, row } = dispute()
    const grounds: SettleOptions = {
      ...{ judge: 'model', rule: 'arbiter', model: 'm-1', promptHash: 'ab'.repeat(32), confidence: 0.8 },
    }
    const options: SettleOptions = { ...grounds, rationale: 'the later one was seen', seen: seenIn(row(id)) }
    write(cid, settle(id, 'content', { pick: 2 }, options))
    meet()
    expect(conflictOf(row(id)).resolution).toMatchObject({
      ...grounds,
      ...{ kind: 'pick', pick: 2, value: 'shut', reason: 'the later one was seen' },
      supersedes: options.seen ?? [],
    })
  })

  test('judges what its author saw, or is not written', () => {
    const { id, ann, cid, meet, row } = dispute()
    const seen = seenIn(row(id))
    write(ann, settle(id, 'content', { value: 'ajar' }))
    write(ann, update(id, 'gone'))
    meet()
    expect(() => write(cid, settle(id, 'content', { pick: 1 }, { seen: seen.slice(1) }))).toThrow(
      'other candidates',
    )
  })

  /** Bob looked at what Ann and he had said; then something older came, which takes the first place. */
  const overtaken = () => {
    const all = scene()
    const { ann, bob, cid, say } = all
    const { id } = say(ann, 'open')
    bob.clock.ms += 10
    say(bob, 'shut')
    pull(bob, ann)
    const now = () => conflictOf(bob.storage.rows.get(id) as DocumentRow).candidates
    const looked = now().map(({ entry }) => entry) as [EntryHash, EntryHash]
    cid.clock.ms -= 10
    say(cid, 'ajar')
    pull(bob, cid)
    expect(now().map(({ value }) => value)).toEqual(['ajar', 'open', 'shut'])
    return { ...all, id, looked }
  }

  test('picks a candidate by its entry, wherever that stands by now', () => {
    const { id, bob, meet, row, looked } = overtaken()
    write(bob, settle(id, 'content', { pick: looked[0] }))
    meet()
    expect(contents(row(id))).toEqual(['open'])
    expect(conflictOf(row(id)).resolution).toMatchObject({ kind: 'pick', pick: 2, value: 'open' })
  })

  test('lets several hold that are named by entries', () => {
    const { id, bob, meet, row, looked } = overtaken()
    const contexts = [
      { pick: looked[1], when: 'at night' },
      { pick: looked[0], when: 'by day' },
    ]
    const twice = [...contexts, { pick: 2, when: 'at noon' }]
    expect(() => write(bob, settle(id, 'content', { contexts: twice }))).toThrow('named twice')
    write(bob, settle(id, 'content', { contexts }))
    meet()
    const anyOf = [
      { value: 'shut', when: 'at night' },
      { value: 'open', when: 'by day' },
    ]
    expect(contents(row(id))).toEqual([{ anyOf }])
  })

  test.each<[string, (looked: readonly [EntryHash, EntryHash]) => Settlement]>([
    ['a pick by place', () => ({ pick: 1 })],
    ['a pick by entry', ([first]) => ({ pick: first })],
    ['a value', () => ({ value: 'ajar' })],
    ['a deferral', () => ({ defer: true })],
    ['an undo', () => ({ undo: true })],
  ])('of another set of candidates than was looked at is not written: %s', (_, settlementOf) => {
    const { id, bob, looked } = overtaken()
    const plan = settle(id, 'content', settlementOf(looked), { seen: looked })
    expect(() => write(bob, plan)).toThrow(expect.objectContaining({ code: 'changed' }))
    expect(conflictOf(bob.storage.rows.get(id) as DocumentRow)).toMatchObject({ status: 'open' })
  })

  test('supersedes all that it judged, whatever its author says to have read', () => {
    const { id, cid, meet, row } = dispute()
    const [first] = seenIn(row(id))
    const why = { basedOn: [first as EntryHash], reason: 'the first' }
    write(cid, settle(id, 'content', { pick: 1 }, { why }))
    meet()
    expect(contents(row(id))).toEqual(['open'])
    expect(conflictOf(row(id))).toMatchObject({ status: 'resolved', resolution: { reason: 'the first' } })
  })

  test('can let several hold, each under its condition', () => {
    const { id, cid, meet, row } = dispute()
    const contexts = [
      { pick: 1, when: 'by day' },
      { pick: 2, when: 'at night' },
    ]
    write(cid, settle(id, 'content', { contexts }))
    meet()
    const value = {
      anyOf: [
        { value: 'open', when: 'by day' },
        { value: 'shut', when: 'at night' },
      ],
    }
    expect(contents(row(id))).toEqual([value])
    expect(conflictOf(row(id))).toMatchObject({ status: 'resolved', resolution: { kind: 'context', value } })
  })

  test.each<[string, Settlement, string]>([
    ['one context', { contexts: [{ pick: 1, when: 'x' }] }, 'at least two'],
    [
      'one candidate twice',
      {
        contexts: [
          { pick: 1, when: 'x' },
          { pick: 1, when: 'y' },
        ],
      },
      'named twice',
    ],
    [
      'a candidate that is not there',
      {
        contexts: [
          { pick: 1, when: 'x' },
          { pick: 3, when: 'y' },
        ],
      },
      'pick 1 to 2',
    ],
    ['an entry that is no candidate', { pick: 'ab'.repeat(32) as EntryHash }, 'none of the 2 candidates'],
    ['no whole place', { pick: 1.5 }, 'pick 1 to 2'],
    ['an empty value', { value: '' }, 'empty'],
    ['an undo of nothing', { undo: true }, 'nothing was settled'],
  ])('is not %s', (_, settlement, message) => {
    const { id, cid } = dispute()
    expect(() => write(cid, settle(id, 'content', settlement))).toThrow(message)
    expect(() => write(cid, settle(id, 'content', settlement))).toThrow(FolkmootError)
  })

  test('takes the right to arbitrate or to write', () => {
    const { id, cid, row } = dispute()
    const before = row(id)
    const view = {
      ...{ row: () => before, isBarred: () => false, salt: () => new Uint8Array(16) },
      document: () => cid.replica.openDocument(id),
    } as never
    for (const plan of [
      settle(id, 'content', { pick: 1 }),
      settle(id, 'content', { defer: true }),
      claim(id, 'content', LATER, seenIn(before)),
      judgeAgainst(id, id),
    ]) {
      expect(rightsFor(plan.plan(view).body, HERE)).toEqual(['arbitrate', 'write'])
    }
    expect(rightsFor(tag(id, ['x'], []).plan(view).body, HERE)).toEqual(['write'])
  })
})

describe('[C8] an undo', () => {
  test.each<[string, Settlement]>([
    ['a pick', { pick: 1 }],
    ['a value', { value: 'ajar' }],
    [
      'contexts',
      {
        contexts: [
          { pick: 1, when: 'by day' },
          { pick: 2, when: 'at night' },
        ],
      },
    ],
    ['a deferral', { defer: true }],
  ])('of %s: the candidates stand again, and it can be settled anew', (_, settlement) => {
    const { id, ann, bob, cid, meet, row } = dispute()
    write(cid, settle(id, 'content', settlement))
    meet()
    write(ann, settle(id, 'content', { undo: true }, { why: { reason: 'too early' } }))
    meet()
    expect(contents(row(id))).toEqual(['open', 'shut'])
    expect(row(id).conflicts).toMatchObject([
      { status: 'open', resolution: null, reopened: { kind: 'undo', node: ann.node, reason: 'too early' } },
    ])
    write(bob, settle(id, 'content', { pick: 2 }))
    meet()
    expect(contents(row(id))).toEqual(['shut'])
    expect(conflictOf(row(id))).toMatchObject({ status: 'resolved', resolution: { node: bob.node } })
    write(bob, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(['open', 'shut'])
  })

  test('ends the claim of whoever gave the verdict', () => {
    const { id, ann, cid, meet, row } = dispute()
    const seen = row(id).registers.content?.map(({ entry }) => entry) ?? []
    write(ann, claim(id, 'content', ann.clock.ms + 60_000, seen))
    write(ann, settle(id, 'content', { pick: 1 }, { judge: 'model' }))
    meet()
    cid.clock.ms += 10
    write(cid, settle(id, 'content', { undo: true }))
    meet()
    expect(row(id).conflicts).toMatchObject([{ status: 'open', claims: [], reopened: { kind: 'undo' } }])
  })

  test('is kept when the conflict is put off, and when that is taken back', () => {
    const { id, cid, meet, row } = dispute()
    for (const settlement of [{ pick: 1 }, { undo: true }, { defer: true }] as const) {
      write(cid, settle(id, 'content', settlement))
    }
    meet()
    expect([contents(row(id)), conflictOf(row(id)).status]).toEqual([['open', 'shut'], 'deferred'])
    write(cid, settle(id, 'content', { undo: true }))
    meet()
    expect([contents(row(id)), conflictOf(row(id)).status]).toEqual([['open', 'shut'], 'open'])
  })

  test('goes one step back: to the verdict and the value that had opened it again', () => {
    const { id, ann, cid, meet, row } = dispute()
    write(cid, settle(id, 'content', { pick: 1 }))
    ann.clock.ms += 100
    write(ann, update(id, 'broken'))
    meet()
    const before = contents(row(id))
    write(cid, settle(id, 'content', { value: 'ajar' }))
    write(cid, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(before)
  })

  test('of what was decided twice at once takes both back', () => {
    const { id, ann, bob, cid, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }, { judge: 'model', confidence: 0.9 }))
    write(bob, settle(id, 'content', { pick: 2 }, { judge: 'model', confidence: 0.5 }))
    meet()
    expect(contents(row(id))).toEqual(['open'])
    write(cid, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(['open', 'shut'])
  })

  test('does not bring back what its author replaced meanwhile', () => {
    const { ann, bob, cid, meet, say, row } = scene()
    const { id } = say(ann, 'open')
    bob.clock.ms += 10
    say(bob, 'shut')
    for (const from of [ann, bob]) pull(cid, from)
    write(cid, settle(id, 'content', { pick: 2 }))
    ann.clock.ms += 100
    // Ann has heard of nobody: hers replaces her own.
    write(ann, update(id, 'broken'))
    meet()
    expect(contents(row(id))).toEqual(['shut', 'broken'])
    write(cid, settle(id, 'content', { undo: true }))
    meet()
    expect(contents(row(id))).toEqual(['shut', 'broken'])
    expect(row(id).registers.content?.[0]?.node).toBe(bob.node)
  })

  test('does not take another verdict back that its author had not heard of', () => {
    const { id, ann, bob, cid, meet, row } = dispute()
    write(ann, settle(id, 'content', { pick: 1 }, { judge: 'model' }))
    write(ann, settle(id, 'content', { undo: true }))
    write(bob, settle(id, 'content', { pick: 2 }, { judge: 'model' }))
    meet()
    expect(contents(row(id))).toEqual(['shut'])
    expect(conflictOf(row(id))).toMatchObject({ status: 'resolved', resolution: { node: bob.node } })
    expect(cid.node).not.toBe(bob.node)
  })

  test('is for verdicts: not for a new statement, nor for what was changed since', () => {
    const { id, ann, cid } = dispute()
    write(ann, update(id, 'ajar'))
    expect(() => write(ann, settle(id, 'content', { undo: true }))).toThrow('not a verdict')
    write(cid, settle(id, 'content', { pick: 1 }))
    write(cid, update(id, 'gone'))
    expect(() => write(cid, settle(id, 'content', { undo: true }))).toThrow('changed after it was settled')
  })

  test('that names a plain statement takes nothing away', () => {
    const { id, cid, meet, row } = dispute()
    const [first] = seenIn(row(id))
    const honest = settle(id, 'content', { defer: true })
    write(cid, {
      ...honest,
      plan(view) {
        const planned = honest.plan(view)
        const mark = { kind: 'undo', supersedes: [], undoes: [first ?? ''], restores: [] }
        return { ...planned, body: { ...planned.body, ops: [['settle', 'content', mark]] } as never }
      },
    })
    meet()
    expect(contents(row(id))).toEqual(['open', 'shut'])
  })
})
