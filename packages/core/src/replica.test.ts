import {
  admit,
  createVolatileStorage,
  DEFAULT_SCOPE,
  type DocumentId,
  decodeBody,
  type EntryHash,
  FolkmootError,
  foundMesh,
  type LocalWork,
  type LogHead,
  limits,
  type News,
  type Plan,
  parseScope,
  remember,
  retract,
  type Storage,
  settle,
  tag,
  update,
  type Work,
  type WriteResult,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { frontierOf, HandLog, rowsOf, stateOf } from '../../../test/support/hand-log.ts'
import {
  deliver,
  grantTo,
  ManualClock,
  pull,
  seededRandom,
  signerOf,
  type TestNode,
  testMesh,
  testNode,
  write,
} from '../../../test/support/replicas.ts'

const rootOf = (at: TestNode) => at.replica.roots.root()

/** Does the plans in one batch; gives what became of each. */
function batch(at: TestNode, ...plans: readonly Plan[]): (WriteResult | FolkmootError | undefined)[] {
  const results: (WriteResult | FolkmootError | undefined)[] = plans.map(() => undefined)
  const works = plans.map(
    (plan, i): LocalWork => ({ kind: 'local', ...plan, done: found => (results[i] = found) }),
  )
  at.replica.process(works)
  return results
}

const note = (at: TestNode, content: string, key?: string) =>
  remember(
    { scope: DEFAULT_SCOPE, content, ...(key === undefined ? {} : { key }) },
    { names: at.replica.names, node: at.node },
  )

function newsOf(at: TestNode, batch: readonly Work[]): News {
  const news: News[] = []
  at.replica.process(batch, told => news.push(told))
  return news[0] as News
}

test('two nodes write one key while apart: both values show, one settlement ends it everywhere', () => {
  const { nodes } = testMesh(['ann', 'bob', 'cid'])
  const [ann, bob, cid] = nodes as [TestNode, TestNode, TestNode]
  const id = write(ann, note(ann, 'open', 'door')).row?.id as DocumentId
  expect(write(bob, note(bob, 'shut', 'door')).row?.id).toBe(id)
  for (const [to, from] of [
    [ann, bob],
    [bob, ann],
    [cid, ann],
    [cid, bob],
  ] as const)
    pull(to, from)
  expect(new Set(nodes.map(rootOf)).size).toBe(1)
  const row = cid.storage.rows.get(id)
  const said = row?.registers.content?.map(sibling => `${sibling.value} ${sibling.node}`)
  expect(said?.sort()).toEqual([`open ${ann.node}`, `shut ${bob.node}`])
  expect(row?.conflicts[0]?.status).toBe('open')

  const settled = write(cid, settle(id, 'content', { pick: 1 }, { why: { reason: 'I looked' } }))
  expect(settled.row?.conflicts[0]).toMatchObject({
    status: 'resolved',
    resolution: { kind: 'pick', reason: 'I looked' },
  })
  for (const to of [ann, bob]) pull(to, cid)
  expect(new Set(nodes.map(rootOf)).size).toBe(1)
  expect(ann.storage.rows.get(id)?.registers.content).toHaveLength(1)
  expect(write(ann, update(id, 'ajar')).row?.registers.content?.[0]?.value).toBe('ajar')
})

describe('a batch', () => {
  test('with a plan that fails does the others', () => {
    const [ann] = testMesh(['ann']).nodes as [TestNode]
    const missing = update('ab'.repeat(16) as DocumentId, 'x')
    const results = batch(ann, note(ann, 'one'), missing, note(ann, 'two'))
    expect(
      results.map(result => (result instanceof FolkmootError ? result.code : result?.row?.id.length)),
    ).toEqual([32, 'not-found', 32])
    expect(rowsOf(ann.storage)).toHaveLength(2)
  })

  test('plans on one document see each other, in their order', () => {
    const [ann] = testMesh(['ann']).nodes as [TestNode]
    const { row } = write(ann, note(ann, 'one', 'door'))
    const id = row?.id as DocumentId
    const [, , last] = batch(ann, update(id, 'two'), tag(id, ['t'], []), note(ann, 'three', 'door'))
    expect(last).toMatchObject({
      row: { registers: { content: [{ value: 'three' }] }, sets: { tags: ['t'] } },
    })
    expect(ann.storage.rows.get(id)?.conflicts).toEqual([])
    expect(ann.replica.openDocument(id).heads()).toHaveLength(1)
  })

  test('of one log is one signed run; of two scopes, two', () => {
    const [ann] = testMesh(['ann']).nodes as [TestNode]
    const elsewhere = { scope: parseScope('app=other'), content: 'x' }
    const plans = [
      note(ann, 'a'),
      remember(elsewhere, { names: ann.replica.names, node: ann.node }),
      note(ann, 'b'),
    ]
    const { appended } = newsOf(
      ann,
      plans.map(plan => ({ kind: 'local', ...plan, done: () => {} })),
    )
    expect(appended.map(({ run, from }) => [run.length, from])).toEqual([
      [3, null],
      [2, null],
    ])
    const signed = appended.map(({ run }) => run.map(({ bytes }) => bytes.signature !== null))
    expect(signed).toEqual([
      [false, false, true],
      [false, true],
    ])
  })

  test('[G1] more than one run holds is cut into several, which a peer takes', () => {
    const [ann, bob] = testMesh(['ann', 'bob']).nodes as [TestNode, TestNode]
    const plans = Array.from({ length: limits.RUN_ENTRIES_MAX + 10 }, (_, i) => note(ann, `${i}`))
    const { appended } = newsOf(
      ann,
      plans.map(plan => ({ kind: 'local', ...plan, done: () => {} })),
    )
    const lengths = appended.map(({ run }) => run.length)
    expect(lengths.length).toBeGreaterThan(1)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(limits.RUN_ENTRIES_MAX)
    expect(lengths.reduce((sum, length) => sum + length)).toBe(limits.RUN_ENTRIES_MAX + 11)
    for (const { run } of appended) {
      expect(deliver(bob, { entries: run.map(({ bytes }) => bytes) }, ann.node).refusal).toBeUndefined()
    }
    expect(rootOf(bob)).toBe(rootOf(ann))
  })

  test('[G1] so is more than one run may weigh', () => {
    const [ann, bob] = testMesh(['ann', 'bob']).nodes as [TestNode, TestNode]
    const big = 'x'.repeat(limits.TEXT_BYTES_MAX)
    const plans = Array.from({ length: 12 }, () => note(ann, big))
    const { appended } = newsOf(
      ann,
      plans.map(plan => ({ kind: 'local', ...plan, done: () => {} })),
    )
    expect(appended.length).toBeGreaterThan(3)
    pull(bob, ann, 1)
    expect(stateOf(bob)).toEqual(stateOf(ann))
  })
})

describe('a disk that fails', () => {
  /** A storage whose named method throws from the given call on. */
  function failing(storage: Storage, part: 'entries' | 'rows' | 'notes', method: string, error: Error) {
    const state = { armed: false }
    const target = storage[part] as unknown as Record<string, (...args: unknown[]) => unknown>
    const real = target[method]?.bind(target)
    target[method] = (...args) => {
      if (state.armed) throw error
      return real?.(...args)
    }
    return state
  }

  const errors = [
    ['an error of its own', new Error('no space left'), 'internal'],
    ['an error in our words', new FolkmootError('disk', 'no space left'), 'disk'],
  ] as const

  test('a fault that one change meets holds up none of its neighbours', () => {
    const [ann] = testMesh(['ann']).nodes as [TestNode]
    const put = ann.storage.rows.put.bind(ann.storage.rows)
    ann.storage.rows.put = row => {
      if (row.registers.content?.[0]?.value === 'poison') throw new Error('a bug')
      put(row)
    }
    const told: string[] = []
    const works = ['one', 'poison', 'two'].map(
      (text): LocalWork => ({
        kind: 'local',
        ...note(ann, text),
        done: found =>
          told.push('code' in found ? found.code : `${found.row?.registers.content?.[0]?.value}`),
      }),
    )
    ann.replica.process(works)
    expect(told).toEqual(['one', 'internal', 'two'])
  })

  test.each(errors)('leaves nothing of a local write behind: %s', (_, error, code) => {
    const [ann] = testMesh(['ann']).nodes as [TestNode]
    const id = write(ann, note(ann, 'one', 'door')).row?.id as DocumentId
    const before = stateOf(ann)
    const disk = failing(ann.storage, 'rows', 'put', error)
    disk.armed = true
    const told: string[] = []
    const works = [update(id, 'two'), note(ann, 'three')].map(
      (plan): LocalWork => ({
        kind: 'local',
        ...plan,
        done: found => told.push('code' in found ? found.code : 'done'),
      }),
    )
    try {
      ann.replica.process(works)
    } catch (thrown) {
      expect(thrown).toBe(error)
    }
    expect(told).toEqual([code, code])
    expect(stateOf(ann)).toEqual(before)
    disk.armed = false
    expect(write(ann, update(id, 'two')).row?.registers.content).toMatchObject([{ value: 'two' }])
  })

  test.each(
    errors,
  )('[G8] leaves nothing of a peer`s run behind, and does not blame the peer: %s', (_, error) => {
    const { mesh, nodes } = testMesh(['ann', 'bob'])
    const [ann, bob] = nodes as [TestNode, TestNode]
    for (const content of ['one', 'two', 'three']) write(bob, note(bob, content, 'door'))
    const head = [...bob.replica.heads()].find(({ node, seq }) => node === bob.node && seq === 3) as LogHead
    const run = { entries: bob.replica.readRun(head.log, 0, 1 << 18) }
    const before = stateOf(ann)
    const disk = failing(ann.storage, 'entries', 'append', error)
    disk.armed = true
    expect(() => deliver(ann, run, bob.node)).toThrow('no space left')
    disk.armed = false
    expect(stateOf(ann)).toEqual(before)
    expect(ann.storage.notes.refusals()).toEqual([])
    expect(deliver(ann, run, bob.node)).toEqual({ accepted: 4 })
    expect(ann.replica.mesh).toBe(mesh)
    expect(rootOf(ann)).toBe(rootOf(bob))
  })

  test('that loses power keeps what was told to be written, and goes on from there', () => {
    const { mesh, nodes } = testMesh(['ann', 'bob'])
    const [ann, bob] = nodes as [TestNode, TestNode]
    write(ann, note(ann, 'mine'))
    write(bob, note(bob, 'theirs'))
    pull(ann, bob)
    const storage = (ann.storage as ReturnType<typeof createVolatileStorage>).crash()
    const again = testNode('ann', mesh, storage, ann.clock)
    expect(rowsOf(storage).map(row => row.registers.content?.[0]?.value)).toEqual(['mine'])
    pull(again, bob)
    write(again, note(again, 'more'))
    pull(bob, again)
    expect(stateOf(again)).toEqual(stateOf(bob))
  })
})

describe('a node that starts again', () => {
  test('knows what it knew', () => {
    const { mesh, nodes } = testMesh(['ann', 'bob'])
    const [ann, bob] = nodes as [TestNode, TestNode]
    const id = write(ann, note(ann, 'one', 'door')).row?.id as DocumentId
    write(bob, note(bob, 'two', 'door'))
    pull(ann, bob)
    write(ann, retract(write(ann, note(ann, 'x')).row?.id as DocumentId))
    const again = testNode('ann', mesh, ann.storage, new ManualClock(5))
    expect(stateOf(again)).toEqual(stateOf(ann))
    expect(again.replica.scopeName([...ann.replica.heads()][2]?.scope as never)).toBe(DEFAULT_SCOPE)
    expect(write(again, settle(id, 'content', { pick: 2 })).row?.conflicts[0]?.status).toBe('resolved')
    pull(bob, again)
    expect(rootOf(bob)).toBe(rootOf(again))
  })
})

describe('[M4] before it belongs', () => {
  test('a node cannot write, and is told so; other work of the batch is done', () => {
    const ports = { clock: new ManualClock(), random: seededRandom('m'), signer: signerOf('ann') }
    const { mesh, genesis } = foundMesh('test', ports)
    const eve = testNode('eve', mesh, createVolatileStorage(), new ManualClock())
    const told: string[] = []
    eve.replica.process([
      {
        kind: 'local',
        ...note(eve, 'x'),
        done: found => told.push('code' in found ? found.code : 'written'),
      },
      {
        kind: 'remote',
        run: { entries: [genesis] },
        from: ports.signer.node,
        done: ({ accepted }) => told.push(`${accepted}`),
      },
    ])
    expect(told).toEqual(['not-admitted', '1'])
    expect(eve.replica.membership.isAdmin(ports.signer.node)).toBe(true)
  })

  test('and once admitted it can, and the news says who came', () => {
    const { nodes, mesh } = testMesh(['ann'])
    const [ann] = nodes as [TestNode]
    const eve = testNode('eve', mesh, createVolatileStorage(), new ManualClock())
    write(ann, admit(eve.node, 'eve', 'cook'))
    write(ann, grantTo('cook', { scope: '*', rights: ['read', 'write'] }))
    const run = [...ann.replica.heads()].map(({ log }) => ({ entries: ann.replica.readRun(log, 0, 1 << 18) }))
    const news = newsOf(
      eve,
      run.map(each => ({ kind: 'remote', run: each, from: ann.node, done: () => {} })),
    )
    expect(news.admitted.map(({ name, agent }) => [name, agent])).toContainEqual(['eve', 'cook'])
    expect(write(eve, note(eve, 'hello')).row?.registers.content).toMatchObject([{ value: 'hello' }])
  })
})

describe('[B8] what a peer would refuse is not written', () => {
  test.each<[string, (at: TestNode) => Plan]>([
    [
      'more tags than a change may hold',
      at =>
        remember(
          {
            scope: DEFAULT_SCOPE,
            content: 'x',
            sets: { tags: Array.from({ length: 300 }, (_, i) => `t${i}`) },
          },
          { names: at.replica.names, node: at.node },
        ),
    ],
    [
      'an empty tag',
      at =>
        remember(
          { scope: DEFAULT_SCOPE, content: 'x', sets: { tags: [''] } },
          { names: at.replica.names, node: at.node },
        ),
    ],
    [
      'a register that is no name',
      at =>
        remember(
          { scope: DEFAULT_SCOPE, content: 'x', registers: { 'no name': 1 } },
          { names: at.replica.names, node: at.node },
        ),
    ],
    [
      'a register that every object has',
      at =>
        remember(
          { scope: DEFAULT_SCOPE, content: 'x', registers: { constructor: 1 as never } },
          { names: at.replica.names, node: at.node },
        ),
    ],
    [
      'content given twice',
      at =>
        remember(
          { scope: DEFAULT_SCOPE, content: 'x', registers: { content: 'y' } },
          { names: at.replica.names, node: at.node },
        ),
    ],
    [
      'not a number',
      at =>
        remember(
          { scope: DEFAULT_SCOPE, content: 'x', registers: { confidence: Number.NaN } },
          { names: at.replica.names, node: at.node },
        ),
    ],
    [
      'a value that is undefined',
      at =>
        remember(
          { scope: DEFAULT_SCOPE, content: 'x', registers: { kind: undefined as never } },
          { names: at.replica.names, node: at.node },
        ),
    ],
    ['a key that is too long', at => note(at, 'x', 'k'.repeat(limits.NAME_BYTES_MAX + 1))],
    [
      'a reason that is too long',
      at => update([...rowsOf(at.storage)][0]?.id as DocumentId, 'x', { reason: 'r'.repeat(5000) }),
    ],
    ['a name that is empty', at => admit(at.node, '', 'agent')],
  ])('%s', (_, planOf) => {
    const [ann] = testMesh(['ann']).nodes as [TestNode]
    write(ann, note(ann, 'one'))
    const before = stateOf(ann)
    expect(() => write(ann, planOf(ann))).toThrow(FolkmootError)
    expect(stateOf(ann)).toEqual(before)
  })

  test('half a character counts as a peer will read it', () => {
    const [ann, bob] = testMesh(['ann', 'bob']).nodes as [TestNode, TestNode]
    write(ann, note(ann, 'half \ud800 a character', 'k\udfff'))
    pull(bob, ann)
    expect(stateOf(bob)).toEqual(stateOf(ann))
  })
})

test('[B7] equal statements have different payload hashes, and nothing is written without a salt', () => {
  const [ann] = testMesh(['ann']).nodes as [TestNode]
  const written = [1, 2].map(() => ann.storage.entries.find(write(ann, note(ann, 'the code is 1234')).entry))
  expect(new Set(written.map(stored => stored?.entry.payloadHash)).size).toBe(2)
  for (const stored of written) {
    expect(decodeBody(stored?.entry.bytes.payload as Uint8Array)).toMatchObject({
      salt: expect.any(Uint8Array),
    })
  }
})

describe('what is passed on', () => {
  test('[G8] a signature that was not checked is not, so that it cannot end a run of ours', () => {
    const { mesh, nodes } = testMesh(['ann', 'bob', 'mal'])
    const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
    const log = new HandLog(mesh, 'mal')
    const run = log
      .run(log.open(), log.open(), log.open())
      .map(bytes => ({ ...bytes, signature: bytes.signature ?? new Uint8Array(64) }))
    expect(deliver(ann, { entries: run }, mal.node)).toEqual({ accepted: 3 })
    pull(bob, ann, 1)
    expect(frontierOf(bob.replica)).toEqual(frontierOf(ann.replica))
  })

  test('a run from the middle of a log goes on to the next signature', () => {
    const [ann] = testMesh(['ann']).nodes as [TestNode]
    batch(ann, note(ann, 'a'), note(ann, 'b'), note(ann, 'c'))
    write(ann, note(ann, 'd'))
    const head = [...ann.replica.heads()].find(({ seq }) => seq === 4)
    const lengths = [0, 1, 2, 3, 4, 5].map(seq => ann.replica.readRun(head?.log as never, seq, 1).length)
    expect(lengths).toEqual([4, 3, 2, 1, 1, 0])
    expect(ann.replica.readRun(head?.log as never, 0, 1 << 20)).toHaveLength(5)
  })

  test('of a log nobody knows there is nothing', () => {
    const [ann] = testMesh(['ann']).nodes as [TestNode]
    expect(ann.replica.readRun('ab'.repeat(16) as never, 0, 100)).toEqual([])
    expect(ann.storage.entries.find('ab'.repeat(32) as EntryHash)).toBeUndefined()
  })
})
