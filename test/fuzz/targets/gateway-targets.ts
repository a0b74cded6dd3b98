/** What comes in by the local doors: request lines, their parameters, imports, editors. */
import type { DocumentId } from '@folkmoot/core'
import { type BlockDoor, type OperationContext, operations } from '@folkmoot/gateway'
import type { MemoryNode } from '@folkmoot/node'
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { importLines } from '../../../apps/cli/src/import-lines.ts'
import { openLines } from '../../../apps/cli/src/input/lines.ts'
import { BlockRoom } from '../../../packages/gateway/src/blocks/block-room.ts'
import {
  awarenessMessage,
  haveMessage,
  lackMessage,
  typedMessage,
} from '../../../packages/gateway/src/blocks/messages.ts'
import { parseParams } from '../../../packages/gateway/src/operations/parse-params.ts'
import { parseRequest } from '../../../packages/gateway/src/wire-requests.ts'
import { bytesOf, type Target, textOf } from '../target.ts'
import { ASKED, ASKED_IN_VAIN } from './operation-samples.ts'
import { BLOCK_UPDATES } from './samples.ts'

const RECORD = {
  id: '5bee33d159bb772aa67a3a1d7bcd8755',
  value: { text: 'a', n: [1, 0.5, null] },
  scope: 'app=shop,user=alice',
  key: 'k',
  kind: 'semantic',
  tags: ['a', 'b'],
  confidence: 0.5,
  expiresAt: '2026-01-30T10:00:00Z',
  validFrom: 1_700_000_000_000,
  position: 3,
  pinned: true,
  derivedFrom: ['5bee33d159bb772aa67a3a1d7bcd8755'],
  metadata: { a: 'b' },
  ack: 'majority',
}

/** Parameters that some operation takes: each is tried with all of them. */
const PARAMS: readonly object[] = [
  {},
  { ...RECORD, id: undefined },
  { id: 'k', value: 'v', scope: 'user=alice', reason: 'r', onBehalfOf: 'ann', ack: 2 },
  { id: 'k', add: ['t'], remove: ['u'] },
  { id: 'k', wait: true },
  { conflict: 'k.content', pick: 1, reason: 'r' },
  { id: 'k', scope: 'user=a', at: ['abcdef'], after: ['ab'.repeat(32)], fresh: true, resolver: 'latest' },
  { scope: 'user=a', kind: 'semantic', tag: 't', limit: 5 },
  { query: 'words', limit: 3, explain: true },
  {
    agent: 'cook',
    permissions: [{ scope: '*', rights: ['read'], until: 5 }, { resource: 'crm-*' }],
    expiresInMs: 5,
  },
  { to: 'cook', permissions: [{ scope: 'user=*', rights: ['write'] }], reason: 'r', force: true },
  { asOf: '2026-01-30', user: 'alice', agent: 'cook', scope: 'user=alice', resource: 'crm' },
  { node: 'cook', notAfter: 5, readmit: true },
  { name: 'ui', agent: 'cook', user: 'alice', permissions: [{ resource: 'crm' }], expiresInMs: 5 },
  { olderThanMs: 5, inactiveMs: 5, keep: 5, keepBytes: 5, kind: 'semantic', dryRun: true },
  { records: [{ line: 1, record: RECORD }] },
  { key: 'k', text: 't', scope: 'user=a' },
  ...[...ASKED, ...ASKED_IN_VAIN].map(({ params }) => params),
]

const accepting = {
  get: async () => undefined,
  rememberMany: async (items: readonly unknown[]) => items.map(() => ({})),
} as unknown as MemoryNode
const CONTEXT: OperationContext = { signal: new AbortController().signal }
/** A schema's own word for no: whatever an operation says beyond that is the node's. */
const isPlainRefusal = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code !== undefined

const lines = (...values: readonly unknown[]) => values.map(value => bytesOf(JSON.stringify(value)))

export const GATEWAY_TARGETS: readonly Target[] = [
  {
    name: 'request line of the socket',
    shape: 'json',
    samples: () => lines({ id: 1, method: 'get', params: { id: 'k' } }, { id: 2, cancel: true }),
    take: input => parseRequest(input) !== undefined,
  },
  {
    name: 'parameters of each operation',
    shape: 'json',
    samples: () => lines(...PARAMS),
    cost: 4,
    take: takeParams,
    refuses: error => error instanceof SyntaxError,
  },
  {
    name: 'import, a batch',
    shape: 'json',
    samples: () => lines({ records: [{ line: 1, record: RECORD }] }, { records: [] }),
    cost: 4,
    take: async input => {
      const batch = parseParams(operations.import.params, JSON.parse(textOf(input)))
      const { refused } = await operations.import.run(accepting, batch, CONTEXT)
      return refused === null
    },
    refuses: error => error instanceof SyntaxError,
  },
  {
    name: 'import, lines of a file',
    shape: 'text',
    samples: () => [
      bytesOf(`${JSON.stringify(RECORD)}\n\n{"value":"b"}\n`),
      bytesOf('{"value":"no newline"}'),
    ],
    cost: 20,
    take: async input => {
      const client = {
        call: async (_: string, params: unknown) => {
          const batch = parseParams(operations.import.params, params)
          return operations.import.run(accepting, batch, CONTEXT)
        },
      } as unknown as Parameters<typeof importLines>[0]
      const source = openLines('-', { stdin: chunksOf(input) as never })
      return (await importLines(client, source.lines, () => {})).refused === null
    },
    refuses: isPlainRefusal,
  },
  {
    name: 'message of an editor (y-websocket)',
    shape: 'bytes',
    samples: () => [
      haveMessage(Y.encodeStateVector(new Y.Doc())),
      ...BLOCK_UPDATES.map(lackMessage),
      ...BLOCK_UPDATES.map(typedMessage),
      presence(),
      new Uint8Array([3]),
    ],
    bytesMax: 8 * 1024 * 1024,
    cost: 10,
    take: takeMessage,
    // Its only way to say no: the editor is sent away with a code and a reason.
    refuses: error => error instanceof Error && error.name === 'Unwelcome',
  },
]

/** Each operation's schema says yes, or no in one line. */
function takeParams(input: Uint8Array): boolean {
  const given: unknown = JSON.parse(textOf(input))
  let accepted = 0
  for (const { params } of Object.values(operations)) {
    try {
      parseParams(params, given)
      accepted += 1
    } catch (error) {
      if (!isPlainRefusal(error)) throw error
    }
  }
  return accepted > 0
}

async function* chunksOf(input: Uint8Array): AsyncGenerator<Buffer> {
  const at = (input[0] ?? 0) % (input.length + 1)
  yield Buffer.from(input.subarray(0, at))
  yield Buffer.from(input.subarray(at))
}

function presence(): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = 5
  const awareness = new Awareness(doc)
  awareness.setLocalState({ user: { name: 'ann' }, cursor: 3 })
  const message = awarenessMessage(encodeAwarenessUpdate(awareness, [5]))
  awareness.destroy()
  return message
}

/** A room is opened for each message, so that one input is answerable for itself alone. */
function takeMessage(input: Uint8Array): boolean {
  const room = new BlockRoom(UNUSED_DOOR, 'ab'.repeat(16) as DocumentId)
  const editor = { isReadOnly: false, send: () => {}, sendAway: () => {} }
  room.join(editor)
  try {
    room.receive(editor, input)
    return true
  } finally {
    room.leave(editor)
    void room.close()
  }
}

/** The node is never asked anything: what was typed is written later, and refused here. */
const UNUSED_DOOR = {
  id: 'nobody',
  applyBlockUpdate: async () => {
    throw Object.assign(new Error('closed'), { code: 'closed' })
  },
} as unknown as BlockDoor
