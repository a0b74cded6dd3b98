/** Any order of delivery, any batching and any repetition gives one state, and it is the state of the plain model. */
import {
  type Conflict,
  canonicalJson,
  claim,
  createVolatileStorage,
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  decodeBody,
  decodeEntry,
  type EntryBytes,
  type ErrorCode,
  erase,
  FolkmootError,
  type Json,
  type MeshId,
  type Plan,
  parseScope,
  rebuild,
  remember,
  retract,
  settle,
  tag,
  update,
} from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frontierOf, rowsOf } from '../../../test/support/hand-log.ts'
import { type ModelChange, modelState, undoneIn } from '../../../test/support/reference-model.ts'
import {
  deliver,
  ManualClock,
  pull,
  type TestNode,
  testMesh,
  testNode,
  write,
} from '../../../test/support/replicas.ts'

const NAMES = ['ann', 'bob', 'cid', 'dot']
const SCOPES = [DEFAULT_SCOPE, parseScope('app=shop,user=alice')]

/** What one node does next. Numbers pick among what is there, so that every step means something. */
const step = fc.record({
  who: fc.nat(3),
  what: fc.constantFrom(
    ...['remember', 'retract', 'untag', 'defer', 'update', 'tag', 'erase'],
    ...['remember keyed', 'remember keyed', 'remember keyed'],
    ...['settle', 'settle', 'verdict', 'contexts', 'undo', 'undo', 'undo', 'claim'],
    ...['pull', 'pull', 'pull', 'pull', 'pull'],
  ),
  which: fc.nat(7),
  with: fc.nat(2),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
const history = fc.array(step, { minLength: 5, maxLength: 45, size: 'max' })

/** Dice for the order in which entries are delivered: mulberry32, from one seed. */
const seed = fc.integer()

function diceOf(seed: number): (sides: number) => number {
  let state = seed
  return sides => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
}

function planOf(at: TestNode, mesh: MeshId, { what, which, with: other }: Step): Plan | undefined {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[which % Math.max(1, items.length)]
  const scope = SCOPES[other % 2] ?? DEFAULT_SCOPE
  const content = `value ${other}`
  const tags = { tags: [`t${other}`] }
  if (what === 'remember') return remember({ scope, content, sets: tags }, { names: mesh, node: at.node })
  if (what === 'remember keyed') {
    const registers = { confidence: other / 2 }
    return remember({ scope, content, key: `k${which % 2}`, registers }, { names: mesh, node: at.node })
  }
  const rows = rowsOf(at.storage).filter(({ erased }) => !erased)
  const disputed = rows.filter(({ conflicts }) => conflicts.some(({ status }) => status !== 'resolved'))
  const settled = rows.filter(({ conflicts }) => conflicts.some(({ resolution }) => resolution !== null))
  const row = pick(what === 'undo' ? settled : SETTLING.includes(what) ? disputed : rows)
  if (row === undefined) return undefined
  if (what === 'update') return update(row.id, content, { reason: `because of ${which}` })
  if (what === 'erase') return other === 0 ? erase(row.id) : undefined
  if (what === 'retract') return retract(row.id)
  if (what === 'tag') return tag(row.id, [`t${other}`], [])
  if (what === 'untag') return tag(row.id, [], [`t${other}`])
  if (what === 'undo') {
    const register = row.conflicts.find(({ resolution }) => resolution !== null)?.register ?? ''
    return settle(row.id, register, { undo: true })
  }
  const conflict = row.conflicts.find(({ status }) => status !== 'resolved')
  if (conflict === undefined) return undefined
  return settlingOf(row, conflict, what, other)
}

const SETTLING = ['settle', 'defer', 'verdict', 'contexts', 'claim']

function settlingOf(row: DocumentRow, conflict: Conflict, what: string, other: number): Plan {
  const seen = conflict.candidates.map(({ entry }) => entry)
  if (what === 'claim') return claim(row.id, conflict.register, 1_700_000_000_000 + 60_000 * other, seen)
  if (what === 'verdict') {
    const grounds =
      other === 0
        ? ({ judge: 'rule', rule: 'latest' } as const)
        : ({ judge: 'model', model: 'm-1', confidence: other / 4 } as const)
    return settle(row.id, conflict.register, { pick: 1 + (other % 2) }, { ...grounds, seen })
  }
  if (what === 'contexts') {
    const contexts = [1, 2].map(pick => ({ pick, when: `case ${pick}` }))
    return settle(row.id, conflict.register, { contexts })
  }
  if (what === 'defer') return settle(row.id, conflict.register, { defer: true })
  const settlement = other === 0 ? { pick: 1 } : { value: `settled ${other}` }
  return settle(row.id, conflict.register, settlement, { why: { reason: 'enough' } })
}

/** What is gone is gone; a claim or an undo can come too late. */
const EXPECTED: readonly ErrorCode[] = ['erased', 'changed', 'usage']

/** Lives through a history, then lets everybody hear everything. */
function live(steps: readonly Step[]): {
  mesh: MeshId
  nodes: TestNode[]
  everything: readonly EntryBytes[][]
  /** What became of conflicts on the way. */
  statuses: readonly string[]
} {
  const { mesh, nodes } = testMesh(NAMES)
  const statuses: string[] = []
  for (const each of steps) {
    const at = nodes[each.who] as TestNode
    at.clock.ms += each.with // Clocks drift apart, and now and then two nodes write in one millisecond.
    if (each.what === 'pull') {
      for (const from of nodes) if (from !== at && nodes.indexOf(from) !== each.which) pull(at, from)
    }
    const plan = each.what === 'pull' ? undefined : planOf(at, mesh, each)
    try {
      for (const { status } of (plan && write(at, plan).row?.conflicts) ?? []) statuses.push(status)
    } catch (error) {
      if (!(error instanceof FolkmootError && EXPECTED.includes(error.code))) throw error
    }
  }
  for (const to of nodes) for (const from of nodes) if (to !== from) pull(to, from)
  for (const to of nodes) for (const from of nodes) if (to !== from) pull(to, from)
  return { mesh, nodes, statuses, everything: logsOf(nodes[0] as TestNode) }
}

/** Every log as it was signed: the runs, in order. */
function logsOf(from: TestNode): readonly EntryBytes[][] {
  return [...from.replica.heads()]
    .sort((a, b) => (a.scope < b.scope ? -1 : 1))
    .map(({ log }) => from.storage.entries.read(log, 0, 1e9).map(({ entry }) => entry.bytes))
}

/** A node that joins last and hears the logs in pieces, out of order and more than once. */
function latecomer(mesh: MeshId, logs: readonly EntryBytes[][], roll: (sides: number) => number): TestNode {
  const node = testNode('eve', mesh, createVolatileStorage(), new ManualClock(1_700_000_100_000))
  const [membership = [], ...others] = logs
  deliver(node, { entries: membership }, node.node)
  const done = others.map(() => 0)
  while (done.some((position, i) => position < (others[i]?.length ?? 0))) {
    const turn = roll(others.length)
    const log = others[turn] ?? []
    // A piece ends at a signature. It may begin before what is known (a repetition) or after it (a gap).
    const known = done[turn] ?? 0
    const start = Math.max(0, known + ([0, 0, -2, 1][roll(4)] ?? 0))
    const end = log.findIndex((bytes, i) => i >= Math.max(start, known) && bytes.signature !== null) + 1
    const piece = log.slice(start, end === 0 ? log.length : end)
    const { accepted, refusal } = deliver(node, { entries: piece }, node.node)
    if (refusal !== undefined) expect(refusal.code).toBe('gap')
    done[turn] = known + accepted
  }
  return node
}

function changesOf(logs: readonly EntryBytes[][]): Map<DocumentId, ModelChange[]> {
  const changes = new Map<DocumentId, ModelChange[]>()
  for (const bytes of logs.flat()) {
    if (bytes.payload === null) continue
    const body = decodeBody(bytes.payload)
    if (body.type !== 'change') continue
    const ops = JSON.parse(canonicalJson(body.ops as Json)) as ModelChange['ops']
    const change = { id: decodeEntry(bytes).hash, deps: body.deps, ops }
    changes.set(body.doc, [...(changes.get(body.doc) ?? []), change])
  }
  return changes
}

/** A row or a document in the words of the model. */
function inModelWords({ registers: said, sets }: Pick<DocumentRow, 'registers' | 'sets'>) {
  const registers = Object.entries(said).map(([register, siblings]) => [
    register,
    siblings.map(({ entry, ended, value }) => `${entry}: ${ended ? '(ended)' : canonicalJson(value)}`).sort(),
  ])
  return { registers: Object.fromEntries(registers), sets }
}

const RUNS = { numRuns: 25 }

describe('a random history of four nodes', () => {
  test('[S6] ends in one state on every node, and a frontier has one state', () => {
    fc.assert(
      fc.property(history, steps => {
        const { nodes } = live(steps)
        const [first, ...others] = nodes as [TestNode, ...TestNode[]]
        for (const other of others) {
          expect(frontierOf(other.replica)).toEqual(frontierOf(first.replica))
          expect(other.replica.roots.root()).toBe(first.replica.roots.root())
          expect(rowsOf(other.storage)).toEqual(rowsOf(first.storage))
        }
      }),
      RUNS,
    )
  })

  test('[R3] reads the same to one who hears it in any order, in pieces and more than once', () => {
    fc.assert(
      fc.property(history, seed, (steps, rolls) => {
        const { mesh, nodes, everything } = live(steps)
        const late = latecomer(mesh, everything, diceOf(rolls))
        const first = nodes[0] as TestNode
        expect(frontierOf(late.replica)).toEqual(frontierOf(first.replica))
        expect(rowsOf(late.storage)).toEqual(rowsOf(first.storage))
        expect(late.replica.roots.root()).toBe(first.replica.roots.root())
      }),
      RUNS,
    )
  })

  test('[R5][R6] says what the plain model says', () => {
    fc.assert(
      fc.property(history, steps => {
        const { nodes, everything } = live(steps)
        const changes = changesOf(everything)
        const { storage, replica } = nodes[0] as TestNode
        const rows = rowsOf(storage).filter(({ erased }) => !erased)
        expect(rows.map(({ id }) => id)).toEqual([...changes.keys()].sort())
        for (const row of rows) {
          const { registers, sets, settlements } = modelState(changes.get(row.id) ?? [])
          expect(inModelWords(replica.openDocument(row.id).read())).toEqual({ registers, sets })
          const resolvers = row.conflicts.flatMap(({ resolution }) => resolution?.entry ?? [])
          for (const entry of resolvers) expect(Object.values(settlements).flat()).toContain(entry)
        }
      }),
      RUNS,
    )
  })

  test('[R9] gives the same rows when they are made again from the entries', () => {
    fc.assert(
      fc.property(history, steps => {
        const { nodes } = live(steps)
        const { replica, storage } = nodes[1] as TestNode
        const before = rowsOf(storage)
        const root = replica.roots.root()
        rebuild(replica)
        expect(rowsOf(storage)).toEqual(before)
        expect(replica.roots.root()).toBe(root)
      }),
      { numRuns: 20 },
    )
  })

  test('[R7] gives rows read off that are those of documents opened and merged', () => {
    fc.assert(
      fc.property(history, steps => {
        const { nodes } = live(steps)
        const { replica, storage } = nodes[0] as TestNode
        for (const row of rowsOf(storage).filter(({ erased }) => !erased)) {
          expect(replica.rowAsOf(row.id, row.scope, row.heads)).toEqual(row)
        }
      }),
      RUNS,
    )
  })

  test('the histories are not empty words: they hold conflicts, settlements, removals and waiting entries', () => {
    const seen = {
      open: 0,
      claimed: 0,
      deferred: 0,
      resolved: 0,
      undone: 0,
      ended: 0,
      siblings: 0,
      erased: 0,
      waited: 0,
    }
    for (const steps of fc.sample(history, { numRuns: 30, seed: 1 })) {
      const { mesh, nodes, everything, statuses } = live(steps)
      for (const status of statuses) seen[status as 'open']++
      for (const changes of changesOf(everything).values()) seen.undone += undoneIn(changes).length
      for (const { registers, erased } of rowsOf((nodes[0] as TestNode).storage)) {
        if (erased) seen.erased++
        seen.siblings += Math.max(0, (registers.content ?? []).length - 1)
        seen.ended += (registers.content ?? []).filter(({ ended }) => ended).length
      }
      const late = testNode('eve', mesh, createVolatileStorage(), new ManualClock(1_700_000_100_000))
      const [membership = [], ...others] = everything
      deliver(late, { entries: membership }, late.node)
      for (const log of others.reverse()) {
        deliver(late, { entries: log }, late.node)
        const found = log.map(bytes => late.storage.entries.find(decodeEntry(bytes).hash)?.status)
        seen.waited += found.filter(status => status === 'waiting').length
      }
    }
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([])
  })

  test('a step that cannot be done is refused in words of our own', () => {
    const { mesh, nodes } = testMesh(NAMES)
    const at = nodes[0] as TestNode
    const { row } = write(
      at,
      remember({ scope: DEFAULT_SCOPE, content: 'x' }, { names: mesh, node: at.node }),
    )
    expect(() => write(at, settle(row?.id as DocumentId, 'content', { pick: 1 }))).toThrow(FolkmootError)
  })
})
