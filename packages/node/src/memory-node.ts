import {
  audit,
  DEFAULT_SCOPE,
  type EntryHash,
  type FolkmootError,
  type NodeId,
  type Replica,
  rebuild,
  type ScopeAddress,
  type WriteResult,
} from '@folkmoot/core'
import { administrationOf } from './administration/administration.ts'
import type { ChangeEvent, MemoryNode, ReadOptions, WriteOptions } from './api.ts'
import type { Arbitration } from './arbitration/arbitration.ts'
import { beliefFunctions } from './beliefs/belief-functions.ts'
import { branchFace } from './branches/branch-face.ts'
import { branchesOf, branchFunctions } from './branches/branch-functions.ts'
import type { Branches } from './branches/branches.ts'
import type { Broadcast } from './broadcast.ts'
import { examine } from './doctor/examine.ts'
import { checked } from './door/checked.ts'
import type { Erasures } from './erasures.ts'
import { expire } from './expiry.ts'
import type { Inbox } from './inbox.ts'
import { afterKeys } from './keys/after-keys.ts'
import type { Mesh } from './mesh.ts'
import { changeEvents, type Happening } from './news.ts'
import { withoutAdministration } from './owner-only.ts'
import { policyFrom, setPolicy } from './policy/set-policy.ts'
import { testPolicy } from './policy/test-policy.ts'
import { narrowed } from './principal.ts'
import type { ReaderOptions } from './reader.ts'
import { type ReconcileParts, remember, rememberMany } from './reconcile/remember.ts'
import type { DoctorReport, EraseReport } from './reports.ts'
import { endRun } from './runs.ts'
import { entriesIn, statusOf } from './status.ts'
import { afterChange, afterChanges } from './suspicions/after-change.ts'
import { eraseWithNotes } from './suspicions/erase-notes.ts'
import { scan } from './suspicions/scan.ts'
import type { Tokens } from './tokens.ts'
import { verifyReport } from './verify-report.ts'
import { type View, type ViewParts, viewOf } from './view.ts'
import { Visitors } from './visitors.ts'

/** What open-node.ts has put together. */
export interface Parts extends ReconcileParts {
  readonly id: NodeId
  readonly name: string
  readonly agent: string
  readonly dir: string
  readonly replica: Replica
  readonly inbox: Inbox
  readonly mesh: Mesh
  readonly changes: Pick<Broadcast<Happening>, 'read'>
  readonly reading: ReaderOptions
  readonly ensureKey: ViewParts['ensureKey']
  readonly tokens: Tokens
  readonly erasures: Erasures
  /** None in a branch. */
  readonly branches?: Branches<Parts> | undefined
  readonly isBranch?: boolean
  /** What is told to those who come after it was closed; undefined while it is open. */
  readonly whyClosed?: () => FolkmootError | undefined
  /** Only on a node that arbitrates. */
  readonly arbitration?: Pick<Arbitration, 'report' | 'budgeted'> | undefined
  /** Resolves when the keys that came before now have been opened. */
  keysOpened(): Promise<void>
  /** What is to be said of the directory, for the doctor. */
  directoryFindings(): DoctorReport['findings']
  /** True if the scope never leaves this node. */
  isLocal(scope: ScopeAddress): boolean
  /** @param because what still waits to be written is refused with this, rather than written first */
  close(because?: FolkmootError): Promise<void>
}

/** The public face of a node to one principal: every method says which part answers it, and nothing more. */
export function createMemoryNode(parts: Parts, view: View): MemoryNode {
  const { principal } = view
  const node = checked({
    ...identityOf(parts),
    ...writingWith(parts, view),
    ...readingWith(parts, view),
    ...keepingHouse(parts, view),
    ...blocksWith(parts, view),
    ...beliefFunctions({
      ...{ ...parts, view },
      branchSight: async name => viewOf(await branchesOf(parts).open(name), principal).sight,
    }),
    ...branchFunctions({
      ...parts,
      reader: view.reader,
      faceOf: home => createMemoryNode(home, viewOf(home, principal)),
    }),
    as: visitor => createMemoryNode(parts, viewOf(parts, narrowed(principal, visitor))),
    close: () => parts.close(),
  })
  const face = parts.isBranch === true ? branchFace(node, parts.whyClosed) : node
  return principal.isOwner ? face : withoutAdministration(face)
}

function identityOf({ id, name, agent, dir, replica }: Parts) {
  return { id, mesh: replica.mesh, name, agent, dir }
}

function writingWith(parts: Parts, view: View) {
  const { writer } = view
  return {
    async remember(value, options = {}) {
      const written = await remember(parts, view, { ...options, value })
      // Without a key it is a new memory, which nobody suspects of anything.
      if (options.key !== undefined) await afterChange(view, written)
      return acknowledged(parts, written, options)
    },
    async rememberMany(items, onProgress) {
      const written = await rememberMany(parts, view, items, onProgress)
      const keyed = written.filter((_, i) => items[i]?.key !== undefined)
      await afterChanges(view, keyed)
      return written
    },
    update: async (id, value, options = {}) =>
      acknowledged(parts, await afterChange(view, await writer.update(id, value, options)), options),
    retract: async (id, options = {}) =>
      acknowledged(parts, await afterChange(view, await writer.retract(id, options)), options),
    tag: async (id, { add = [], remove = [] }, options = {}) =>
      acknowledged(parts, await writer.tag(id, add, remove, options), options),
    erase: async (id, options = {}) => erased(parts, await eraseWithNotes(view, id, options), options),
    resolve: async (conflict, settlement, options = {}) =>
      acknowledged(
        parts,
        await afterChange(view, await writer.resolve(conflict, settlement, options)),
        options,
      ),
    setPolicy: async (policy, options = {}) => setPolicy(policy, options, writer, view.agents()),
  } satisfies Partial<MemoryNode>
}

function readingWith(parts: Parts, view: View) {
  const { reader } = view
  const questions = {
    async get(idOrKey, options = {}) {
      await caughtUp(parts, view, options)
      return reader.get(idOrKey, options)
    },
    list: async (options = {}) => reader.list(options),
    search: async (text, options = {}) => reader.search(text, options),
    async scan(options = {}, onProgress) {
      options.signal?.throwIfAborted()
      return scan(view, options, onProgress)
    },
    history: async (id, { scope } = {}) => reader.history(id, scope),
    conflicts: async (options = {}) => reader.conflicts(options),
    conflict: async (id, { scope } = {}) => reader.conflict(id, scope),
    ...policyQuestions(view),
    state: async ({ scope } = {}) => reader.state(scope),
    status: async () => statusOf(parts, view),
  } satisfies Partial<MemoryNode>
  return {
    ...afterKeys(parts.keysOpened, questions),
    watch: ({ scope, signal } = {}) =>
      watch(parts, view, signal, scope === undefined ? undefined : reader.scope(scope)),
    async *export(options = {}) {
      yield* reader.export(options)
    },
  } satisfies Partial<MemoryNode>
}

function policyQuestions(view: View) {
  const scopeOf = (scope?: string) => (scope === undefined ? DEFAULT_SCOPE : view.reader.scope(scope))
  return {
    policy: async scope => view.policies.report(scopeOf(scope), view.members),
    testPolicy: async (policy, { scope } = {}) =>
      testPolicy(policyFrom(policy), scopeOf(scope), { ...view, presenter: view.reader.presenter() }),
  } satisfies Partial<MemoryNode>
}

function keepingHouse(parts: Parts, view: View) {
  const { replica, mesh, inbox, tokens, reading } = parts
  const visitors = new Visitors(tokens, limit =>
    createMemoryNode(parts, viewOf(parts, narrowed(view.principal, limit))),
  )
  return {
    peers: async () => mesh.peers(),
    refresh: signal => mesh.refresh(signal),
    listenAddresses: () => mesh.addresses(),
    invite: (options = {}) => mesh.invite(options),
    ...administrationOf({ id: parts.id, replica, writer: view.writer, mesh, now: reading.now }),
    verify: async onProgress => verifyReport(replica, audit(replica, onProgress)),
    async rebuild(onProgress) {
      const records = rebuild(replica, onProgress)
      return { entries: entriesIn(view.sight), records, root: view.reader.state().root }
    },
    erasures: async () => parts.erasures.reports(),
    doctor: async () =>
      examine(
        replica,
        parts.isBranch === true ? [] : mesh.peers(),
        reading.now(),
        parts.id,
        parts.directoryFindings(),
      ),
    async endRun(run) {
      // What was written to it is destroyed with it.
      await inbox.drained()
      const ended = endRun(run, { replica, sight: view.sight, isLocal: parts.isLocal })
      await parts.branches?.inEach(async home => {
        await home.inbox.drained()
        endRun(run, { ...home, sight: viewOf(home, view.principal).sight })
      })
      return ended
    },
    expire: async options => expire(options, view),
    visitor: token => visitors.of(token),
    createToken: async options => tokens.create(options),
    tokens: async () => tokens.list(),
    revokeToken: async name => tokens.revoke(name),
  } satisfies Partial<MemoryNode>
}

function blocksWith(parts: Parts, view: View) {
  const { blocks } = view
  return {
    createBlock: async (key, text, options = {}) =>
      held(parts, await blocks.create(key, text, options), options),
    async block(idOrKey, options = {}) {
      await parts.keysOpened()
      await caughtUp(parts, view, options)
      return blocks.show(idOrKey, options)
    },
    editBlock: async (idOrKey, text, options = {}) =>
      held(parts, await blocks.edit(idOrKey, text, options), options),
    blockState: async (idOrKey, options = {}) => blocks.state(idOrKey, options),
    applyBlockUpdate: async (idOrKey, update, options = {}) =>
      acknowledged(parts, await blocks.applyUpdate(idOrKey, update, options), options),
  } satisfies Partial<MemoryNode>
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
  { mesh, changes }: Parts,
  { sight }: View,
  { fresh, after, signal }: ReadOptions,
): Promise<void> {
  if (fresh === true) await mesh.refresh(signal)
  const missing = () => (after ?? []).some(entry => !sight.holds(entry))
  if (!missing()) return
  for await (const _ of changes.read(signal)) if (!missing()) return
  signal?.throwIfAborted()
}

async function* watch(
  { changes }: Parts,
  view: View,
  signal: AbortSignal | undefined,
  scope: string | undefined,
): AsyncGenerator<ChangeEvent> {
  for await (const happening of changes.read(signal)) {
    for (const event of changeEvents(happening, view)) {
      if (scope === undefined || event.scope === scope) yield event
    }
  }
}

/** Tells everybody what has to go, and reports who has said that it has. */
async function erased(
  { erasures, mesh }: Parts,
  [{ entry, row }, ...notes]: readonly [WriteResult, ...WriteResult[]],
  { wait = false, signal }: WriteOptions & { wait?: boolean },
): Promise<EraseReport> {
  if (row !== undefined) await erasures.announce(row.id, entry)
  for (const note of notes) if (note.row !== undefined) await erasures.announce(note.row.id, note.entry)
  const connected = () =>
    mesh
      .peers()
      .filter(peer => peer.connected)
      .map(peer => peer.node)
  if (wait) await erasures.settled(entry, connected, signal)
  return { ...erasures.report(entry), id: row?.id ?? null }
}
