import {
  applyBlockUpdate,
  BLOCK_TEXT_NAME,
  type BlockDocument,
  type BlockRun,
  type BlockUpdate,
  type Body,
  createBlock,
  DEFAULT_SCOPE,
  type DocumentId,
  type EntryHash,
  editBlock,
  encodeBlockUpdate,
  FolkmootError,
  limits,
  nodeClient,
  type Op,
  rebuild,
  remember,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { HandLog, SALT } from '../../../test/support/hand-log.ts'
import { deliver, pull, type TestNode, testMesh, write } from '../../../test/support/replicas.ts'

function twoNodes(text = 'hello') {
  const { mesh, nodes } = testMesh(['ann', 'bob'])
  const [ann, bob] = nodes as [TestNode, TestNode]
  const created = write(
    ann,
    createBlock({ scope: DEFAULT_SCOPE, key: 'plan', text }, { names: mesh, node: ann.node }),
  )
  const id = created.row?.id as DocumentId
  pull(bob, ann)
  return { mesh, ann, bob, id, root: created.entry }
}

const textAt = (at: TestNode, id: DocumentId) => at.storage.rows.get(id)?.registers.content?.at(-1)?.value
const edit = (at: TestNode, id: DocumentId, text: string) => write(at, editBlock(id, text, { node: at.node }))
const rootAt = (at: TestNode) => at.replica.roots.root()
const blockAt = (at: TestNode, id: DocumentId) => at.replica.openDocument(id) as BlockDocument
const code = (expected: string) => expect.objectContaining({ code: expected })

function meet(ann: TestNode, bob: TestNode): void {
  pull(ann, bob)
  pull(bob, ann)
  expect(rootAt(ann)).toBe(rootAt(bob))
}

/** An editor's document with the block in it. */
function editorOf(at: TestNode, id: DocumentId, clientID: number): Y.Doc {
  const doc = Object.assign(new Y.Doc(), { clientID })
  Y.applyUpdate(doc, blockAt(at, id).text.encode())
  return doc
}

describe('a block', () => {
  test('merges what two nodes wrote while apart, and keeps the past', () => {
    const { ann, bob, id, root } = twoNodes('one two three')
    const first = edit(ann, id, 'ONE two three')
    edit(bob, id, 'one two three four')
    edit(bob, id, 'one three four')
    meet(ann, bob)
    expect(textAt(ann, id)).toBe('ONE three four')
    expect(ann.storage.rows.get(id)).toMatchObject({ type: 'block', key: 'plan', conflicts: [] })
    const asOf = (heads: readonly EntryHash[]) =>
      bob.replica.rowAsOf(id, DEFAULT_SCOPE, heads)?.registers.content?.[0]?.value
    expect(asOf([root])).toBe('one two three')
    expect(asOf([first.entry])).toBe('ONE two three')
    expect(blockAt(bob, id).read([first.entry]).registers.content?.[0]?.value).toBe('ONE two three')
    const before = rootAt(ann)
    rebuild(ann.replica)
    expect(rootAt(ann)).toBe(before)
  })

  test('made under one key by two nodes holds both texts', () => {
    const { mesh, nodes } = testMesh(['ann', 'bob'])
    const [ann, bob] = nodes as [TestNode, TestNode]
    for (const at of [ann, bob]) {
      write(
        at,
        createBlock({ scope: DEFAULT_SCOPE, key: 'plan', text: at.name }, { names: mesh, node: at.node }),
      )
    }
    meet(ann, bob)
    const [row] = ann.storage.rows.list({ type: 'block', limit: 2 })
    expect(['annbob', 'bobann']).toContain(row?.registers.content?.[0]?.value)
    const again = createBlock(
      { scope: DEFAULT_SCOPE, key: 'plan', text: '' },
      { names: mesh, node: ann.node },
    )
    expect(() => write(ann, again)).toThrow(code('usage') as unknown as FolkmootError)
  })

  test('takes an editor that moved between nodes while they were apart, without loss or doubling', () => {
    const { ann, bob, id } = twoNodes('.')
    const doc = editorOf(ann, id, 4711)
    doc.getText(BLOCK_TEXT_NAME).insert(0, 'typed here')
    write(ann, applyBlockUpdate(id, Y.encodeStateAsUpdate(doc), { node: ann.node }))
    doc.getText(BLOCK_TEXT_NAME).insert(10, ', and there')
    doc.getText(BLOCK_TEXT_NAME).delete(0, 6)
    write(bob, applyBlockUpdate(id, Y.encodeStateAsUpdate(doc), { node: bob.node }))
    meet(ann, bob)
    expect(textAt(ann, id)).toBe('here, and there.')
  })

  test('gives way to an erasure', () => {
    const { ann, bob, id, mesh } = twoNodes('secret')
    const doc = editorOf(bob, id, 5)
    expect(blockAt(bob, id).fresh({ runs: [], deleted: [] })).toEqual({ runs: [], deleted: [] })
    const body = { type: 'erase' as const, doc: id, deps: [], salt: new Uint8Array(16) }
    write(ann, { touches: id, plan: () => ({ scope: DEFAULT_SCOPE, body }) })
    pull(bob, ann)
    expect(() => edit(bob, id, 'x')).toThrow('erased')
    expect(() => write(bob, applyBlockUpdate(id, Y.encodeStateAsUpdate(doc), { node: bob.node }))).toThrow(
      'erased',
    )
    expect(() =>
      write(
        bob,
        createBlock({ scope: DEFAULT_SCOPE, key: 'plan', text: 'x' }, { names: mesh, node: bob.node }),
      ),
    ).toThrow('erased')
  })

  test('is not a record, nor the other way round', () => {
    const { ann, id, mesh, root } = twoNodes()
    const record = write(
      ann,
      remember({ scope: DEFAULT_SCOPE, content: 'x', key: 'plan' }, { names: mesh, node: ann.node }),
    )
    expect(() => edit(ann, record.row?.id as DocumentId, 'y')).toThrow('record')
    const mallory = new HandLog(mesh, 'bob', { incarnation: 1 })
    const onRecord = lieOn(record.row?.id as DocumentId, [record.entry], encodeBlockUpdate(NOTHING))
    const ops: Op[] = [['put', 'content', 'x']]
    const onBlock: Body = { type: 'change', doc: id, deps: [root], salt: SALT, ops }
    const entries = [mallory.open(), mallory.next(onRecord), mallory.next(onBlock)]
    deliver(ann, { entries: mallory.run(...entries) }, ann.node)
    expect(statuses(ann, record.row?.id as DocumentId)).toEqual(['applied', 'rejected'])
    expect(statuses(ann, id)).toEqual(['applied', 'rejected'])
    expect(textAt(ann, id)).toBe('hello')
  })
})

const NOTHING: BlockUpdate = { runs: [], deleted: [] }

function lieOn(doc: DocumentId, deps: readonly EntryHash[], update: Uint8Array): Body {
  return { type: 'block', doc, deps: [...deps].sort(), salt: SALT, update }
}

function statuses(at: TestNode, id: DocumentId): string[] {
  return at.storage.entries.ofDocument(id).map(({ status }) => status)
}

describe('a hostile update is rejected, and the block goes on as if it had never come:', () => {
  const MALLORY = 99
  const KNOWN = 'an editor of another node, from its start'
  const run = (over: Partial<BlockRun> = {}): BlockRun => {
    const text = over.text ?? 'lie'
    return { client: MALLORY, clock: 0, length: text.length, left: null, right: null, text, ...over }
  }
  const typed = (...runs: readonly BlockRun[]) => encodeBlockUpdate({ runs, deleted: [] })
  const deleting = (client: number, clock: number, length: number) =>
    encodeBlockUpdate({ runs: [], deleted: [{ client, clock, length }] })
  const made = (change: (doc: Y.Doc) => void) => {
    const doc = Object.assign(new Y.Doc({ gc: false }), { clientID: MALLORY })
    change(doc)
    return Y.encodeStateAsUpdate(doc)
  }
  /** Each gets the id of the node that made the block. */
  const cases: Readonly<Record<string, (ann: number) => Uint8Array>> = {
    'the client id of a node': ann => typed(run({ client: ann, clock: 5 })),
    'an editor that another node is seen to have': () => typed(run({ client: 7, clock: 2 })),
    [KNOWN]: () => typed(run({ client: 7, text: 'no' })),
    'a client id that readers have': () => typed(run({ client: Number.MAX_SAFE_INTEGER })),
    'a gap in the clock': () => typed(run({ clock: 1 })),
    'a clock out of bounds': () => typed(run({ clock: Number.MAX_SAFE_INTEGER - 1 })),
    'a neighbour that is not here': () => typed(run({ left: { client: 5, clock: 0 } })),
    'a neighbour of its own future': () => typed(run({ left: { client: MALLORY, clock: 1 } })),
    'two that wait for each other': () =>
      typed(
        run({ left: { client: 98, clock: 0 } }),
        run({ client: 98, left: { client: MALLORY, clock: 0 } }),
      ),
    'neighbours in the wrong order': ann =>
      typed(run({ left: { client: ann, clock: 3 }, right: { client: ann, clock: 1 } })),
    'neighbours that are not side by side': ann =>
      typed(run({ left: { client: ann, clock: 1 }, right: { client: ann, clock: 3 } })),
    'a range of characters to come': ann => deleting(ann, 0, 1 << 30),
    'a range of a client to come': () => deleting(12345, 0, 1),
    'too many ranges': ann => {
      const deleted = Array.from({ length: limits.BLOCK_DELETES_MAX + 1 }, () => ({
        client: ann,
        clock: 0,
        length: 1,
      }))
      return encodeBlockUpdate({ runs: [], deleted }).slice(0, limits.TEXT_BYTES_MAX)
    },
    'too many characters, said in few bytes': () =>
      typed(run({ text: null, length: limits.BLOCK_CLOCK_ADVANCE_MAX + 1 })),
    'characters deleted but not in the list': () => typed(run({ text: null, length: 3 })),
    'thousands of clients': () =>
      typed(...Array.from({ length: 3000 }, (_, client) => run({ client: client + 100, text: 'x' }))),
    'one client twice': () =>
      new Uint8Array([
        2,
        1,
        99,
        0,
        4,
        1,
        7,
        ...Buffer.from('content'),
        1,
        65,
        1,
        99,
        1,
        0x84,
        99,
        0,
        1,
        66,
        0,
      ]),
    'no bytes': () => new Uint8Array(),
    garbage: () => new Uint8Array([255, 254, 253, 1, 2, 3, 200, 200]),
    'bytes after the end': () => new Uint8Array([...typed(run()), 0]),
    'text that is not UTF-8': () =>
      new Uint8Array([1, 1, 99, 0, 4, 1, 7, ...Buffer.from('content'), 1, 255, 0]),
    'a map': () => made(doc => doc.getMap('content').set('a', 1)),
    'another text': () => made(doc => doc.getText('other').insert(0, 'x')),
    'a document in the document': () => made(doc => doc.getMap('m').set('d', new Y.Doc())),
    'an embed': () => made(doc => doc.getText('content').insertEmbed(0, { image: 'x' })),
    'a format': () => made(doc => doc.getText('content').insert(0, 'x', { bold: true })),
    'a nested list': () => made(doc => doc.getArray('content').insert(0, [[[[[]]]]])),
  }
  for (const [what, update] of Object.entries(cases)) {
    test(what, () => {
      const { mesh, ann, bob, id } = twoNodes()
      const editor = editorOf(ann, id, 7)
      editor.getText(BLOCK_TEXT_NAME).insert(5, '!!')
      const { entry } = write(ann, applyBlockUpdate(id, Y.encodeStateAsUpdate(editor), { node: ann.node }))
      pull(bob, ann)
      const before = rootAt(ann)
      const mallory = new HandLog(mesh, 'bob', { incarnation: 1 })
      const bytes = update(nodeClient(ann.node, 0, id))
      const entries = mallory.run(mallory.open(), mallory.next(lieOn(id, [entry], bytes)))
      for (const at of [ann, bob]) expect(deliver(at, { entries }, ann.node).accepted).toBe(2)
      expect(statuses(ann, id)).toEqual(['applied', 'applied', 'rejected'])
      expect([rootAt(ann), rootAt(bob)]).toEqual([before, before])
      // Nor does a node sign it; characters that are here already are left out before it looks.
      if (what !== KNOWN)
        expect(() => write(bob, applyBlockUpdate(id, bytes, { node: bob.node }))).toThrow(FolkmootError)
      edit(ann, id, 'hello!! And on')
      editor.getText(BLOCK_TEXT_NAME).insert(7, '?')
      write(ann, applyBlockUpdate(id, Y.encodeStateAsUpdate(editor), { node: ann.node }))
      meet(ann, bob)
      expect(textAt(bob, id)).toMatch(/^hello!!(\?| And on){2}$/)
    })
  }
})
