/** Whatever the order in which a block's changes come, honest or not, one set of changes gives one text. */
import {
  BLOCK_TEXT_NAME,
  BlockDocument,
  type BlockRun,
  type CharacterId,
  type CharacterRange,
  compareTime,
  type DocumentChange,
  type DocumentId,
  decodeBlockUpdate,
  type EntryHash,
  encodeBlockUpdate,
  type NodeId,
  nodeClient,
  nodeId,
  type ScopeId,
  sha256,
  textEdits,
  toHex,
  utf8,
} from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'

const DOC = 'd0'.repeat(16) as DocumentId
const SCOPE = '5c'.repeat(16) as ScopeId
const AUTHORS: readonly NodeId[] = ['ann', 'bob', 'cid', 'mallory'].map(name => nodeId(sha256(utf8(name))))
const EDITORS = [11, 12]

/** Nodes with a block each, editors that move between them, and a hand that makes changes without any rule. */
class World {
  readonly changes: DocumentChange[] = []
  readonly #blocks = AUTHORS.map(() => new BlockDocument())
  readonly #editors = EDITORS.map(clientID => Object.assign(new Y.Doc(), { clientID }))

  constructor() {
    const root = this.#write(0, [], [{ ...this.#run(0, null, null, 'root'), clock: 0 }], [])
    for (const block of this.#blocks) block.apply(root)
  }

  edit(who: number, at: number, removed: number, inserted: string): void {
    const block = this.#block(who)
    const text = String(block.text)
    const place = at % (text.length + 1)
    const after = text.slice(0, place) + inserted + text.slice(place + removed)
    const doc = new Y.Doc({ gc: false })
    Y.applyUpdate(doc, block.text.encode())
    doc.clientID = nodeClient(AUTHORS[who] as NodeId, 0, DOC)
    this.#sendEdits(doc, after, who)
  }

  /** An editor, just come to a node, types and leaves; the node signs what it may. */
  type(editor: number, who: number, at: number, inserted: string): void {
    const doc = this.#editors[editor % EDITORS.length] as Y.Doc
    Y.applyUpdate(doc, this.#block(who).text.encode(Y.encodeStateVector(doc)))
    const text = doc.getText(BLOCK_TEXT_NAME)
    doc.transact(() => {
      text.insert(at % (text.length + 1), inserted)
      if (at % 3 === 0 && text.length > 2) text.delete(at % (text.length - 1), 2)
    })
    this.#offer(who, Y.encodeStateAsUpdate(doc))
  }

  exchange(to: number, from: number): void {
    for (const change of [...this.#block(from).changes()].reverse()) this.#block(to).apply(change)
  }

  /** Mallory writes what she likes. */
  lie(dice: readonly number[]): void {
    const [depends = 0, client = 0, clock = 0, left = 0, right = 0, shape = 0] = dice
    const known = this.changes.filter(change => change.body.type === 'block')
    const dep = known[depends % known.length] as DocumentChange
    const clients = [...EDITORS, ...AUTHORS.map(node => nodeClient(node, 0, DOC)), 99]
    const characters = known.flatMap(charactersOf)
    const beside = (die: number) => (die % 4 === 0 ? null : (characters[die % characters.length] ?? null))
    const run = {
      ...this.#run(0, beside(left), beside(right), 'lie'.slice(0, 1 + (shape % 3))),
      client: clients[client % clients.length] as number,
      clock: [0, 0, clock % 4, this.#block(3).text.end(clients[client % clients.length] as number)][
        clock % 4
      ] as number,
    }
    const gone = characters[shape % characters.length]
    const deleted = shape % 5 === 0 && gone !== undefined ? [{ ...gone, length: 1 + (shape % 9) }] : []
    const deps = shape % 3 === 0 ? [...this.#block(3).heads()] : [dep.entry]
    // A log she has not used yet can be dated back; one that she has cannot.
    const log = { incarnation: (shape >> 2) % 4, tick: shape % 2 === 0 ? dep.tick + 1 : 0 }
    this.#block(3).apply(this.#write(3, deps, [run], deleted, log))
  }

  #offer(who: number, bytes: Uint8Array): void {
    const block = this.#block(who)
    const fresh = block.fresh(decodeBlockUpdate(bytes))
    if (fresh.runs.length + fresh.deleted.length === 0) return
    const author = { node: AUTHORS[who] as NodeId, incarnation: 0, doc: DOC }
    if (block.objection(fresh, author) !== undefined) return
    const [verdict] = block.apply(this.#write(who, block.heads(), fresh.runs, fresh.deleted))
    expect(verdict?.status).toBe('applied')
  }

  #sendEdits(doc: Y.Doc, after: string, who: number): void {
    const text = doc.getText(BLOCK_TEXT_NAME)
    doc.transact(() => {
      for (const { at, removed, inserted } of textEdits(text.toString(), after)) {
        text.delete(at, removed)
        text.insert(at, inserted)
      }
    })
    expect(text.toString()).toBe(after)
    this.#offer(who, Y.encodeStateAsUpdate(doc))
  }

  #run(who: number, left: CharacterId | null, right: CharacterId | null, text: string): BlockRun {
    const client = nodeClient(AUTHORS[who] as NodeId, 0, DOC)
    return { client, clock: 0, length: text.length, left, right, text }
  }

  #write(
    who: number,
    deps: readonly EntryHash[],
    runs: readonly BlockRun[],
    deleted: readonly CharacterRange[],
    log = { incarnation: 0, tick: 0 },
  ): DocumentChange {
    const node = AUTHORS[who] as NodeId
    const { incarnation } = log
    const last = this.changes.findLast(one => one.node === node && one.incarnation === incarnation)
    const isPossible = log.tick > (last?.tick ?? 0)
    const body = {
      type: 'block' as const,
      doc: DOC,
      deps: [...deps].sort(),
      salt: new Uint8Array(16),
      update: encodeBlockUpdate({ runs, deleted }),
    }
    const entry = toHex(sha256(utf8(`${this.changes.length}`))) as EntryHash
    const tick = isPossible ? log.tick : this.changes.length + 1
    const isFirst = deps.length === 0
    const change = { entry, scope: SCOPE, node, incarnation, at: 1, tick, body, isFirst }
    this.changes.push(change)
    return change
  }

  #block(who: number): BlockDocument {
    return this.#blocks[who] as BlockDocument
  }
}

function charactersOf({ body }: DocumentChange): CharacterId[] {
  return body.type === 'block' ? decodeBlockUpdate(body.update).runs.flatMap(run => eachOf(run)) : []
}

function eachOf({ client, clock, length }: CharacterRange): CharacterId[] {
  return Array.from({ length }, (_, i) => ({ client, clock: clock + i }))
}

function outcome(changes: readonly DocumentChange[]) {
  const block = new BlockDocument()
  const verdicts = new Map<EntryHash, string>()
  for (const change of changes) {
    for (const { entry, status } of block.apply(change)) verdicts.set(entry, status)
  }
  const statuses = [...verdicts].sort().map(([entry, status]) => `${entry.slice(0, 8)} ${status}`)
  return { content: block.read(), heads: block.heads(), statuses }
}

/** Any order in which the changes of one log follow one another, some of them twice. */
function shuffled(changes: readonly DocumentChange[], dice: readonly number[]): DocumentChange[] {
  const logs = [...Map.groupBy(changes, change => `${change.node}/${change.incarnation}`).values()].map(
    log => [...log],
  )
  return changes.flatMap((_, i) => {
    const open = logs.filter(log => log.length > 0)
    const die = dice[i % dice.length] as number
    const log = open[die % open.length] as DocumentChange[]
    return die % 5 === 0 ? log.slice(0, 1).concat(log.splice(0, 1)) : log.splice(0, 1)
  })
}

const number = fc.nat(9999)
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('edit' as const),
      dice: fc.tuple(number, number, number, number),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('type' as const),
      dice: fc.tuple(number, number, number, number),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('exchange' as const), dice: fc.tuple(number, number) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('lie' as const),
      dice: fc.array(number, { minLength: 6, maxLength: 6 }),
    }),
  },
)
const history = fc.array(step, { minLength: 5, maxLength: 40, size: 'max' })
const orders = fc.array(fc.array(number, { minLength: 5, maxLength: 20 }), { minLength: 4, maxLength: 4 })

const seen = { applied: 0, rejected: 0 }

function play(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): World {
  const world = new World()
  for (const { what, dice } of steps) {
    const [a = 0, b = 0, c = 0, d = 0] = dice
    if (what === 'edit') world.edit(a % 3, b, c % 4, 'abcdefgh'.slice(d % 8))
    if (what === 'type') world.type(a, b % 3, c, 'XYZ'.slice(d % 3))
    if (what === 'exchange') world.exchange(a % 4, b % 4)
    if (what === 'lie') world.lie(dice)
  }
  return world
}

test('any order of arrival, with repeats, gives one text, one set of heads and one verdict on each change', () => {
  fc.assert(
    fc.property(history, orders, (steps, dice) => {
      const { changes } = play(steps)
      const first = outcome([...changes].sort(compareTime))
      for (const order of dice) {
        const again = shuffled(changes, order)
        expect(outcome(again)).toEqual(first)
      }
      for (const line of first.statuses) seen[line.endsWith('applied') ? 'applied' : 'rejected']++
    }),
    { numRuns: Number(process.env.BLOCK_RUNS ?? 200) },
  )
  expect(seen.rejected).toBeGreaterThan(100)
  expect(seen.applied).toBeGreaterThan(500)
})
