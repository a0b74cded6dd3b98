import { audit, type EntryHash, type NodeId, type Replica, rebuild } from '@folkmoot/core'
import type { ChangeEvent, MemoryNode, ReadOptions, WriteOptions } from './api.ts'
import type { Blocks } from './blocks.ts'
import type { Broadcast } from './broadcast.ts'
import { examine } from './doctor.ts'
import { findRow } from './find.ts'
import type { Mesh } from './mesh.ts'
import type { Reader } from './reader.ts'
import type { EraseReport, StatusReport, VerifyReport } from './reports.ts'
import type { Writer } from './writer.ts'

/** What open-node.ts has put together. */
export interface Parts {
  readonly id: NodeId
  readonly name: string
  readonly agent: string
  readonly dir: string
  readonly replica: Replica
  readonly reader: Reader
  readonly writer: Writer
  readonly blocks: Blocks
  readonly mesh: Mesh
  readonly changes: Broadcast<ChangeEvent>
  readonly now: () => number
  close(): Promise<void>
}

/** The public face of a node: every method says which part answers it, and nothing more. */
export function createMemoryNode(parts: Parts): MemoryNode {
  const { replica, reader, writer, mesh, blocks, changes } = parts
  return {
    id: parts.id,
    mesh: replica.mesh,
    name: parts.name,
    agent: parts.agent,
    dir: parts.dir,

    remember: async (value, options = {}) =>
      acknowledged(parts, await writer.remember({ ...options, value }), options),
    rememberMany: (items, onProgress) => writer.rememberMany(items, onProgress),
    update: async (id, value, options = {}) =>
      acknowledged(parts, await writer.update(id, value, options), options),
    retract: async (id, options = {}) => acknowledged(parts, await writer.retract(id, options), options),
    tag: async (id, { add = [], remove = [] }, options = {}) =>
      acknowledged(parts, await writer.tag(id, add, remove, options), options),
    erase: async (id, options = {}) => eraseReport(parts, await writer.erase(id, options)),
    resolve: async (conflict, settlement, options = {}) =>
      acknowledged(parts, await writer.resolve(conflict, settlement, options), options),

    async get(idOrKey, options = {}) {
      await caughtUp(parts, options)
      return reader.get(idOrKey, options)
    },
    list: async (options = {}) => reader.list(options),
    search: async (text, options = {}) => reader.search(text, options),
    history: async id => reader.history(id),
    why: async (id, { at } = {}) => reader.why(id, at),
    conflicts: async (options = {}) => reader.conflicts(options),
    conflict: async id => reader.conflict(id),

    state: async ({ scope } = {}) => reader.state(scope),
    status: async () => statusOf(parts),
    peers: async () => mesh.peers(),
    refresh: signal => mesh.refresh(signal),
    watch: ({ scope, signal } = {}) =>
      watch(changes, signal, scope === undefined ? undefined : reader.scope(scope)),
    async *export({ scope } = {}) {
      yield* reader.export(scope)
    },
    verify: async onProgress => verifyReport(audit(replica, onProgress)),
    async rebuild(onProgress) {
      const records = rebuild(replica, onProgress)
      return { entries: entriesIn(replica), records, root: replica.roots.root() }
    },
    doctor: async () => examine(replica, mesh.peers(), parts.now()),

    invite: (options = {}) => mesh.invite(options),
    listenAddresses: () => mesh.addresses(),

    createBlock: async (key, text, options = {}) =>
      held(parts, await blocks.create(key, text, options), options),
    async block(idOrKey, options = {}) {
      await caughtUp(parts, options)
      return blocks.show(idOrKey, options)
    },
    editBlock: async (idOrKey, text, options = {}) =>
      held(parts, await blocks.edit(idOrKey, text, options), options),
    blockState: async (idOrKey, options = {}) => blocks.state(idOrKey, options),
    applyBlockUpdate: async (idOrKey, update, options = {}) =>
      acknowledged(parts, await blocks.applyUpdate(idOrKey, update, options), options),

    close: () => parts.close(),
  }
}

/** Waits until as many nodes hold the write as its author asked for. */
async function acknowledged<T extends { entry: EntryHash }>(
  parts: Parts,
  written: T,
  options: WriteOptions,
): Promise<T> {
  const { ack = 'local', signal } = options
  if (ack !== 'local' && ack !== 1) await parts.mesh.held(written.entry, ack, signal)
  return written
}

/** A block's own edit is its only head: it has seen all the others. */
async function held<T extends { heads: readonly EntryHash[] }>(
  parts: Parts,
  block: T,
  options: WriteOptions,
): Promise<T> {
  const [entry] = block.heads
  if (entry !== undefined) await acknowledged(parts, { entry }, options)
  return block
}

/** Pulls news first if the reader wants it fresh, and waits for entries the reader has heard of. */
async function caughtUp(
  { replica, mesh, changes }: Parts,
  { fresh, after, signal }: ReadOptions,
): Promise<void> {
  if (fresh === true) await mesh.refresh(signal)
  const missing = () => (after ?? []).some(entry => replica.storage.entries.find(entry) === undefined)
  if (!missing()) return
  for await (const _ of changes.read(signal)) if (!missing()) return
  signal?.throwIfAborted()
}

async function* watch(
  changes: Broadcast<ChangeEvent>,
  signal: AbortSignal | undefined,
  scope: string | undefined,
): AsyncGenerator<ChangeEvent> {
  for await (const event of changes.read(signal)) {
    if (scope === undefined || event.scope === scope) yield event
  }
}

function statusOf({ id, name, agent, replica, reader, mesh }: Parts): StatusReport {
  const peers = mesh.peers()
  const { root, scopes } = reader.state()
  return {
    node: id,
    mesh: replica.mesh,
    name,
    agent,
    records: scopes.reduce((sum, scope) => sum + scope.records, 0),
    entries: entriesIn(replica),
    conflicts: reader.conflicts({}).length,
    peers: peers.length,
    connected: peers.filter(peer => peer.connected).length,
    root,
    refused: replica.storage.notes.refusals().length,
    listening: mesh.addresses(),
  }
}

function entriesIn(replica: Replica): number {
  let entries = 0
  for (const head of replica.heads()) entries += head.seq + 1
  return entries
}

function verifyReport(report: ReturnType<typeof audit>): VerifyReport {
  const { faults, rowsDiffer } = report
  return { ...report, rowsDiffer: rowsDiffer.length, valid: faults.length === 0 && rowsDiffer.length === 0 }
}

/** Erasing is cooperative and each replica does it when the entry reaches it; only this node's is known at once. */
function eraseReport(
  { id, replica, mesh, now }: Parts,
  { row }: { row: { id: EraseReport['id'] } | undefined },
): EraseReport {
  const others = mesh.peers().map(peer => peer.node)
  const erased = row === undefined ? undefined : findRow(replica, row.id)
  return {
    id: row?.id ?? ('' as EraseReport['id']),
    receipts: erased?.erased === true ? [{ node: id, at: now() }] : [],
    pending: others,
  }
}
