/** What one can do to a memory, and what becomes of disagreements. */
import {
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  erase,
  FolkmootError,
  type Json,
  limits,
  remember,
  retract,
  settle,
  tag,
  update,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { pull, type TestNode, testMesh, write } from '../../../test/support/replicas.ts'

function scene() {
  const { mesh, nodes } = testMesh(['ann', 'bob', 'cid'])
  const [ann, bob, cid] = nodes as [TestNode, TestNode, TestNode]
  const meet = () => {
    for (let i = 0; i < 2; i++)
      for (const to of nodes) for (const from of nodes) if (to !== from) pull(to, from)
    expect(new Set(nodes.map(at => at.replica.roots.root())).size).toBe(1)
  }
  const say = (at: TestNode, content: Json, registers: Record<string, Json> = {}) =>
    write(
      at,
      remember({ scope: DEFAULT_SCOPE, key: 'door', content, registers }, { names: mesh, node: at.node }),
    ).row as DocumentRow
  const row = (id: DocumentId) => cid.storage.rows.get(id) as DocumentRow
  return { mesh, ann, bob, cid, meet, say, row }
}

/** Ann and Bob say different things of one key while apart, and then everybody meets. */
function dispute() {
  const all = scene()
  const { id } = all.say(all.ann, 'open')
  all.bob.clock.ms += 10
  all.say(all.bob, 'shut')
  all.meet()
  return { ...all, id }
}

const contents = (row: DocumentRow | undefined) => row?.registers.content?.map(({ value }) => value)

describe('[C1] a conflict', () => {
  test('[C3] is found on every node under one id, with its candidates oldest first', () => {
    const { id, row } = dispute()
    expect(row(id).conflicts).toMatchObject([
      {
        id: `${id}.content`,
        register: 'content',
        status: 'open',
        resolution: null,
        candidates: [{ value: 'open' }, { value: 'shut' }],
      },
    ])
  })

  test('is none if both say the same', () => {
    const { ann, bob, meet, say, row } = scene()
    const { id } = say(ann, 'open')
    say(bob, 'open')
    meet()
    expect(row(id).conflicts).toEqual([])
    expect(contents(row(id))).toEqual(['open', 'open'])
  })

  test('[C2] is none in what only describes a memory', () => {
    const { ann, bob, meet, say, row } = scene()
    const { id } = say(ann, 'open', { confidence: 0.5, kind: 'semantic', weight: 1 })
    say(bob, 'open', { confidence: 0.7, kind: 'working', weight: 2 })
    meet()
    expect(row(id).conflicts.map(({ register }) => register)).toEqual(['weight'])
  })

  test('is one between an update and a retraction', () => {
    const { ann, bob, meet, say, row } = scene()
    const { id } = say(ann, 'open')
    meet()
    write(ann, retract(id))
    write(bob, update(id, 'shut'))
    meet()
    expect(row(id).conflicts).toMatchObject([{ status: 'open' }])
    expect(write(ann, settle(id, 'content', { pick: 1 })).row?.registers.content).toHaveLength(1)
  })
})

describe('[C5] a settlement', () => {
  test.each([
    ['picks a candidate', { pick: 1 }, 'open'],
    ['gives another value', { value: 'ajar' }, 'ajar'],
  ] as const)('%s, and remembers what it superseded', (_, settlement, value) => {
    const { id, cid, meet, row } = dispute()
    write(cid, settle(id, 'content', settlement, { why: { reason: 'I looked' } }))
    meet()
    expect(contents(row(id))).toEqual([value])
    expect(row(id).conflicts).toMatchObject([
      {
        status: 'resolved',
        candidates: [{ value: 'open' }, { value: 'shut' }],
        resolution: { value, node: cid.node, reason: 'I looked' },
      },
    ])
  })

  test('keeps what it chose, also when the record is changed later', () => {
    const { id, ann, cid, meet, row } = dispute()
    write(cid, settle(id, 'content', { pick: 1 }))
    meet()
    write(ann, update(id, 'gone'))
    meet()
    expect(contents(row(id))).toEqual(['gone'])
    expect(row(id).conflicts).toMatchObject([
      { status: 'resolved', resolution: { kind: 'pick', value: 'open' } },
    ])
  })

  test('[C6] does not bind one who did not see it: a value from elsewhere opens it again', () => {
    const { id, ann, cid, meet, row } = dispute()
    write(cid, settle(id, 'content', { pick: 1 }))
    ann.clock.ms += 1000
    write(ann, update(id, 'broken'))
    meet()
    expect(row(id).conflicts).toMatchObject([
      { status: 'open', candidates: [{ value: 'open' }, { value: 'broken' }] },
    ])
  })

  test('two at once that agree end it; two that do not are a conflict again', () => {
    for (const [first, second, status] of [
      [1, 1, 'resolved'],
      [1, 2, 'open'],
    ] as const) {
      const { id, ann, cid, meet, row } = dispute()
      write(cid, settle(id, 'content', { pick: first }))
      write(ann, settle(id, 'content', { pick: second }))
      meet()
      expect(row(id).conflicts[0]?.status).toBe(status)
    }
  })

  test('[C7] can put it off: both values stand, and a third opens it again', () => {
    const { id, ann, cid, meet, row } = dispute()
    write(cid, settle(id, 'content', { defer: true }, { why: { reason: 'nobody is there' } }))
    meet()
    expect(contents(row(id))).toEqual(['open', 'shut'])
    expect(row(id).conflicts).toMatchObject([
      { status: 'deferred', resolution: { kind: 'defer', value: null, reason: 'nobody is there' } },
    ])
    expect(write(cid, settle(id, 'content', { pick: 2 })).row?.conflicts).toMatchObject([
      { status: 'resolved' },
    ])
    write(ann, update(id, 'ajar'))
    meet()
    expect(row(id).conflicts).toMatchObject([{ status: 'open' }])
  })

  test('[C8] is made by whoever saw the disagreement and wrote over it', () => {
    const { id, ann, meet, row } = dispute()
    write(ann, update(id, 'ajar'))
    meet()
    expect(row(id).conflicts).toMatchObject([
      { status: 'resolved', resolution: { kind: 'overwrite', value: 'ajar', node: ann.node } },
    ])
  })

  test('needs a conflict, open, and a candidate that is there', () => {
    const { id, cid, say } = dispute()
    for (const pick of [0, 3, 1.5, Number.NaN]) {
      expect(() => write(cid, settle(id, 'content', { pick }))).toThrow(FolkmootError)
    }
    expect(() => write(cid, settle(id, 'kind', { pick: 1 }))).toThrow('no conflict in kind')
    write(cid, settle(id, 'content', { pick: 1 }))
    expect(() => write(cid, settle(id, 'content', { pick: 1 }))).toThrow('already resolved')
    expect(say(cid, 'x').conflicts[0]?.status).toBe('resolved')
  })
})

describe('[B8] what cannot be meant is refused before it is written', () => {
  const at = scene()
  const { id } = at.say(at.ann, 'x')
  const nested = (depth: number) => Array.from({ length: depth }).reduce<Json>(inner => [inner], 1)

  test.each<[string, () => unknown]>([
    ['an empty text', () => at.say(at.ann, '')],
    ['a text over the limit', () => at.say(at.ann, 'x'.repeat(limits.TEXT_BYTES_MAX + 1))],
    ['an update over the limit', () => write(at.ann, update(id, 'é'.repeat(limits.TEXT_BYTES_MAX / 2 + 1)))],
    ['a value nested too deep', () => at.say(at.ann, nested(limits.DEPTH_MAX + 1))],
    ['a value nested so deep that no stack holds it', () => at.say(at.ann, nested(50_000))],
    ['a value that nests too deep with what is around it', () => at.say(at.ann, nested(limits.DEPTH_MAX))],
    ['no tag at all', () => write(at.ann, tag(id, [], []))],
    ['a tag both added and removed', () => write(at.ann, tag(id, ['a'], ['a']))],
    ['a record nobody knows', () => write(at.ann, retract('ab'.repeat(16) as DocumentId))],
  ])('%s', (_, act) => {
    const root = at.ann.replica.roots.root()
    expect(act).toThrow(FolkmootError)
    expect(at.ann.replica.roots.root()).toBe(root)
  })

  test('a text at the limit is written', () => {
    expect(contents(at.say(at.ann, 'x'.repeat(limits.TEXT_BYTES_MAX)))?.[0]).toHaveLength(
      limits.TEXT_BYTES_MAX,
    )
  })
})

test('[R8] what is erased is gone for good, and says only that it was there', () => {
  const { ann, bob, meet, say, row } = scene()
  const { id } = say(ann, 'a secret', { kind: 'semantic' })
  meet()
  write(bob, erase(id, { reason: 'asked to' }))
  meet()
  expect(row(id)).toMatchObject({
    erased: true,
    registers: {},
    sets: {},
    conflicts: [],
    key: null,
    why: null,
  })
  for (const act of [update(id, 'x'), retract(id), tag(id, ['a'], []), erase(id)]) {
    expect(() => write(ann, act)).toThrow('erased for good')
  }
  expect(ann.storage.rows.search({ text: 'secret', limit: 5 })).toEqual([])
})

describe('[R5] a change that says what its author had read', () => {
  test('replaces that, and stands beside what the author never saw', () => {
    const { ann, bob, meet, say, row } = scene()
    const { id, heads } = say(ann, 'open')
    meet()
    const first = [...heads]
    bob.clock.ms += 10
    write(bob, update(id, 'shut'))
    meet()
    // Ann's node has heard of Bob's value; her agent has not.
    write(ann, update(id, 'ajar', { basedOn: first }))
    meet()
    expect(contents(row(id))).toEqual(['shut', 'ajar'])
    expect(row(id).conflicts).toMatchObject([{ status: 'open', cause: 'concurrent-values' }])
  })

  test('is like any other if the author had read all that stands', () => {
    const { ann, bob, meet, say, row } = scene()
    const { id } = say(ann, 'open')
    meet()
    write(bob, update(id, 'shut'))
    meet()
    const seen = row(id).registers.content?.map(({ entry }) => entry) ?? []
    write(ann, update(id, 'ajar', { basedOn: seen }))
    expect(contents(ann.storage.rows.get(id))).toEqual(['ajar'])
  })

  test('always has its own node`s changes in its past', () => {
    const { ann, bob, meet, say, row } = scene()
    const { id, heads } = say(bob, 'open')
    meet()
    write(ann, update(id, 'shut'))
    expect(write(ann, update(id, 'ajar', { basedOn: [...heads] })).row?.registers.content).toHaveLength(1)
    meet()
    expect(contents(row(id))).toEqual(['ajar'])
  })

  test('may name entries of other memories: those bear on nothing here', () => {
    const { mesh, ann, bob, meet, say, row } = scene()
    const { id } = say(ann, 'open')
    const other = write(
      bob,
      remember({ scope: DEFAULT_SCOPE, content: 'elsewhere' }, { names: mesh, node: bob.node }),
    ).entry
    meet()
    write(bob, update(id, 'shut', { basedOn: [other] }))
    meet()
    expect(contents(row(id))).toEqual(['shut'])
  })
})
