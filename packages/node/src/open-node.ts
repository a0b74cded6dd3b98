/**
 * The one place that wires a node: disk below, mesh beside, API above.
 *
 *   writer ──▶ inbox ──▶ replica ──▶ news ──▶ mesh (gossip), changes (watch)
 *   mesh ────▶   ▲                  reader ◀── rows
 */
import {
  FolkmootError,
  limits,
  type News,
  Replica,
  type ScopeAddress,
  UsageError,
  utf8,
  type Work,
} from '@folkmoot/core'
import { hasMemory, openSqliteStorage } from '@folkmoot/store'
import type { MemoryNode, OpenNodeOptions } from './api.ts'
import { Broadcast } from './broadcast.ts'
import { directoryFindings } from './directory-findings.ts'
import { Erasures } from './erasures.ts'
import { checkIsFree, foundNode } from './found-node.ts'
import { isNodeDirectory, readConfig } from './identity.ts'
import { Inbox } from './inbox.ts'
import { KeyKeeper } from './keys/key-keeper.ts'
import { createMemoryNode } from './memory-node.ts'
import { type Mesh, offlineMesh } from './mesh.ts'
import { type Happening, happeningsIn } from './news.ts'
import { replicationRules } from './replication-rules.ts'
import { notTogether, settleDirectory } from './settle-directory.ts'
import { systemClock as clock, systemRandom as random } from './system-ports.ts'
import { decodeTicket } from './ticket.ts'
import { Tokens } from './tokens.ts'
import { ownerOf, type ViewParts, viewOf } from './view.ts'

/** What a node acts as when nobody says. */
const DEFAULT_AGENT = 'agent'

/**
 * Opens the node in `dir`, making it first if the directory is new: in a mesh of its own, or in that of a ticket.
 * @throws FolkmootError directory | busy | ticket | wrong-mesh | unreachable | disk
 */
export async function openNode(options: OpenNodeOptions): Promise<MemoryNode> {
  const { dir } = options
  if (!isNodeDirectory(dir)) await makeNode(options)
  const found = readConfig(dir)
  if (options.join !== undefined && decodeTicket(options.join).mesh !== found.mesh) {
    throw new FolkmootError('wrong-mesh', `${dir} already belongs to another mesh than the ticket's`)
  }
  if (!hasMemory(dir)) throw new FolkmootError('directory', `${dir} is damaged: its memory.sqlite is missing`)
  const storage = openSqliteStorage(dir)
  try {
    const { config, seed, signer, held, keysAreNew } = await settleDirectory(dir, found, storage)
    const replica = new Replica(config.mesh, {
      ...{ storage, clock, random, signer, keyring: held.ring },
      ...(held.names === undefined ? {} : { names: held.names }),
      ...(config.incarnation === undefined ? {} : { incarnation: config.incarnation }),
    })
    if (replica.membership.member(signer.node) === undefined) throw notTogether(dir)
    const changes = new Broadcast<Happening>()
    const inbox: Inbox = new Inbox(process, tick => setImmediate(tick))
    const { resolver = 'latest', authority = [] } = options
    const keeper: KeyKeeper = new KeyKeeper({
      ...{ dir, node: signer.node, seed, replica, held, clock, random },
      write: plan => writer.write(plan),
      unseal: scope =>
        new Promise((resolve, reject) => {
          const done = (failure?: FolkmootError) => (failure === undefined ? resolve() : reject(failure))
          inbox.unseal({ kind: 'unseal', scope, done })
        }),
      heard: entry => mesh.heard(entry),
    })
    const home: ViewParts = {
      ...{ id: signer.node, replica, inbox, reading: { resolver, authority, now: () => replica.now } },
      ensureKey: scope => keeper.ensure(scope),
    }
    const owner = viewOf(home, ownerOf(signer.node, replica, config.agent))
    const { writer } = owner
    const erasures = new Erasures(replica, writer, signer.node)
    const modeOf = replicationRules(options.replicate ?? [])
    const mesh = await openMesh()
    await keeper.start({ all: keysAreNew })
    await erasures.confirm()

    function process(batch: readonly Work[]): void {
      try {
        replica.process(batch, publish)
      } catch {
        // Every piece of work in the batch has been told; the next one may find room on the disk again.
      }
    }

    function publish(news: News): void {
      keeper.tell(news)
      mesh.tell(news)
      if (news.toForget) void erasures.confirm().catch(() => {})
      if (changes.hasReaders) for (const happening of happeningsIn(news)) changes.send(happening)
    }

    async function openMesh(): Promise<Mesh> {
      if (options.offline === true) return offlineMesh(signer.node, () => replica.membership)
      const { onlineMesh } = await import('./online-mesh.ts')
      return onlineMesh({ ...options, config, seed, node: signer.node, replica, inbox, writer, keeper })
    }

    let closing: Promise<void> | undefined
    const close = () => {
      closing ??= shutDown()
      return closing
    }

    /** In reverse of opening: nobody is told, nobody is heard, what waits is written, the disk is let go. */
    async function shutDown(): Promise<void> {
      changes.close()
      await keeper.close()
      await mesh.close()
      await inbox.drained()
      storage.close()
    }

    const { name, agent } = config
    const tokens = new Tokens(dir, clock.now)
    const keysOpened = () => keeper.caughtUp()
    const isLocal = (scope: ScopeAddress) => modeOf(scope) === 'local'
    const openedAt = clock.now()
    const aboutDirectory = () =>
      directoryFindings({ dir, config, held, replica, node: signer.node, openedAt, nowMs: clock.now() })
    return createMemoryNode(
      {
        ...{ ...home, name, agent, dir, mesh, changes, tokens, erasures, isLocal, keysOpened, close },
        directoryFindings: aboutDirectory,
      },
      owner,
    )
  } catch (error) {
    storage.close()
    throw error
  }
}

async function makeNode(options: OpenNodeOptions): Promise<void> {
  const { dir, name, agent = DEFAULT_AGENT, join, signal } = options
  checkIsFree(dir)
  if (name === undefined) throw new UsageError(`${dir} is new: a new node needs a name`)
  checkName('a name', name)
  checkName('an agent', agent)
  if (join === undefined) {
    await foundNode(dir, name, agent, options)
    return
  }
  if (options.sealed === false || options.recoveryKey !== undefined) {
    throw new UsageError(
      'whether a mesh is encrypted, and its recovery key, are for a new mesh, not for joining one',
    )
  }
  const { joinNode } = await import('./join-node.ts')
  await joinNode(dir, name, join, signal)
}

/** Others print it: it has no line breaks and nothing that drives a terminal. */
function checkName(what: string, name: string): void {
  const size = utf8(name).length
  if (size === 0 || size > limits.NAME_BYTES_MAX) {
    throw new UsageError(`${what} has 1 to ${limits.NAME_BYTES_MAX} bytes, this one ${size}`)
  }
  if (/\p{Cc}/u.test(name) || !name.isWellFormed()) {
    throw new UsageError(`${what} is text without control characters, not ${JSON.stringify(name)}`)
  }
}
