import {
  applyBlockUpdate,
  BLOCK_TEXT_NAME,
  type BlockDocument,
  type BlockUpdate,
  createBlock,
  DEFAULT_SCOPE,
  type DocumentId,
  type EntryHash,
  editBlock,
  encodeBlockUpdate,
  type FolkmootError,
  limits,
  nodeClient,
  rebuild,
  remember,
  rowAsOf,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { HandLog } from '../../../test/support/hand-log.ts'
import { deliver, pull, type TestNode, testMesh, write } from '../../../test/support/replicas.ts'

function twoNodes(text = 'hello') {
  const { mesh, nodes } = testMesh(['ann', 'bob'])
  const [ann, bob] = nodes as [TestNode, TestNode]
  const created = write(
    ann,
    createBlock({ scope: DEFAULT_SCOPE, key: 'plan', text }, { mesh, node: ann.node }),
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
      rowAsOf(bob.storage.entries, id, DEFAULT_SCOPE, heads)?.registers.content?.[0]?.value
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
      write(at, createBlock({ scope: DEFAULT_SCOPE, key: 'plan', text: at.name }, { mesh, node: at.node }))
    }
    meet(ann, bob)
    const [row] = ann.storage.rows.list({ type: 'block', limit: 2 })
    expect(['annbob', 'bobann']).toContain(row?.registers.content?.[0]?.value)
    const again = createBlock({ scope: DEFAULT_SCOPE, key: 'plan', text: '' }, { mesh, node: ann.node })
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
      write(bob, createBlock({ scope: DEFAULT_SCOPE, key: 'plan', text: 'x' }, { mesh, node: bob.node })),
    ).toThrow('erased')
  })

  test('is not a record, nor the other way round', () => {
    const { ann, id, mesh } = twoNodes()
    const record = write(
      ann,
      remember({ scope: DEFAULT_SCOPE, content: 'x', key: 'plan' }, { mesh, node: ann.node }),
    )
    expect(() => edit(ann, record.row?.id as DocumentId, 'y')).toThrow('record')
    const { body } = lie(mesh, [record.entry], record.row?.id as DocumentId, { runs: [], deleted: [] })
    const log = new HandLog(mesh, 'bob')
    log.open()
    deliver(ann, log.run(body), ann.node)
    expect(statuses(ann, record.row?.id as DocumentId)).toEqual(['applied', 'rejected'])
    expect(textAt(ann, id)).toBe('hello')
  })
})

function lie(_mesh: unknown, deps: readonly EntryHash[], doc: DocumentId, update: BlockUpdate | Uint8Array) {
  const bytes = update instanceof Uint8Array ? update : encodeBlockUpdate(update)
  return {
    body: { type: 'block' as const, doc, deps: [...deps], salt: new Uint8Array(16), update: bytes },
  }
}

function statuses(at: TestNode, id: DocumentId): string[] {
  return at.storage.entries.ofDocument(id).map(({ status }) => status)
}
