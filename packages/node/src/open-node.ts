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
import { hasMemory, openSqliteStorage, type SqliteStorage } from '@folkmoot/store'
import type { MemoryNode, OpenNodeOptions } from './api.ts'
import { judgeFor, newArbitration } from './arbitration/new-arbitration.ts'
import { branchMesh } from './branches/branch-face.ts'
import { branchFindings } from './branches/branch-findings.ts'
import { Branches } from './branches/branches.ts'
import { asWrittenHere } from './branches/written-here.ts'
import { Broadcast } from './broadcast.ts'
import { NODE_CLOSED, refuseClosed } from './closed-work.ts'
import { directoryFindings } from './directory-findings.ts'
import { openOptions } from './door/open.ts'
import { Erasures } from './erasures.ts'
import { checkIsFree, foundNode } from './found-node.ts'
import { isNodeDirectory, type NodeConfig, readConfig } from './identity.ts'
import { Inbox } from './inbox.ts'
import { KeyKeeper } from './keys/key-keeper.ts'
import { createMemoryNode, type Parts } from './memory-node.ts'
import { type Mesh, offlineMesh } from './mesh.ts'
import { type Happening, happeningsIn } from './news.ts'
import { Turns } from './reconcile/turns.ts'
import { replicationRules } from './replication-rules.ts'
import { notTogether, type Settled, settleDirectory } from './settle-directory.ts'
import { watchForSuspicions } from './suspicions/watch-for-suspicions.ts'
import { systemClock as clock, systemRandom as random } from './system-ports.ts'
import { decodeTicket } from './ticket.ts'
import { Tokens } from './tokens.ts'
import { ownerOf, type View, type ViewParts, viewOf } from './view.ts'

/** What a node acts as when nobody says. */
const DEFAULT_AGENT = 'agent'

/**
 * Opens the node in `dir`, making it first if the directory is new: in a mesh of its own, or in that of a ticket.
 * @throws FolkmootError directory | busy | ticket | wrong-mesh | unreachable | disk
 */
export async function openNode(options: OpenNodeOptions): Promise<MemoryNode> {
  openOptions('options', options)
  const { dir } = options
  const isNew = !isNodeDirectory(dir)
  if (isNew) await makeNode(options)
  const found = readConfig(dir)
  // A ticket says itself what the node acts as that joins with it.
  if (!isNew) checkSame(options, found)
  if (options.join !== undefined && decodeTicket(options.join).mesh !== found.mesh) {
    throw new FolkmootError('wrong-mesh', `${dir} already belongs to another mesh than the ticket's`)
  }
  const { parts, owner } = await wire(options, storage => settleDirectory(dir, found, storage))
  return createMemoryNode(parts, owner)
}

/**
 * @param settle who is at home in the directory
 * @param of the directory of the node whose branch this is; undefined for a node itself
 */
async function wire(
  options: OpenNodeOptions,
  settle: (storage: SqliteStorage) => Promise<Settled>,
  of?: string,
): Promise<{ readonly parts: Parts; readonly owner: View }> {
  const { dir } = options
  if (!hasMemory(dir)) throw new FolkmootError('directory', `${dir} is damaged: its memory.sqlite is missing`)
  const storage = openSqliteStorage(dir)
  try {
    const settled = await settle(storage)
    const { config, seed, signer, held, keysAreNew } = settled
    const replica = new Replica(config.mesh, {
      ...{ storage, clock, random, signer, keyring: held.ring },
      ...(held.names === undefined ? {} : { names: held.names }),
      ...(config.incarnation === undefined ? {} : { incarnation: config.incarnation }),
    })
    if (replica.membership.member(signer.node) === undefined) throw notTogether(dir)
    const changes = new Broadcast<Happening>()
    let whyClosed: FolkmootError | undefined
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
      handsOut: of === undefined,
    })
    const home: ViewParts = {
      ...{ id: signer.node, replica, inbox, reading: { resolver, authority, now: () => replica.now } },
      ensureKey: scope => keeper.ensure(scope),
    }
    const owner = viewOf(home, ownerOf(signer.node, replica, config.agent))
    const { writer } = owner
    const openBranch: ConstructorParameters<typeof Branches<Parts>>[0]['open'] = async (path, settleBranch) =>
      (await wire({ ...options, dir: path }, settleBranch, dir)).parts
    const branches =
      of === undefined
        ? new Branches<Parts>({ dir, settled, storage, replica, inbox, open: openBranch })
        : undefined
    const erasures = new Erasures(replica, writer, signer.node, due =>
      // What a branch forgets its node has to confirm, when it is merged.
      branches === undefined
        ? Promise.resolve(new Map(due.map(erasure => [erasure, []])))
        : branches.stillHolding(due),
    )
    const modeOf = replicationRules(options.replicate ?? [])
    const judge = judgeFor(options.arbiter)
    const suspicions = watchForSuspicions(owner, { ...options, isBranch: of !== undefined })
    const watchers = suspicions === undefined ? [] : [suspicions]
    const arbitration =
      of !== undefined || options.arbiter === undefined
        ? undefined
        : newArbitration(options.arbiter, {
            ...{ node: signer.node, view: owner, replica, clock, judge, reading: home.reading, watchers },
            ...{ peers: () => mesh.peers(), onNotice: options.onNotice },
          })
    const mesh = await openMesh()
    await keeper.start({ all: keysAreNew })
    await erasures.confirm()
    // Last of all: what it finds it settles at once.
    arbitration?.start()

    function process(batch: readonly Work[]): void {
      if (whyClosed !== undefined) {
        refuseClosed(batch, whyClosed)
        return
      }
      try {
        replica.process(batch, publish)
      } catch {
        // Every piece of work in the batch has been told; the next one may find room on the disk again.
      }
    }

    function publish(news: News): void {
      keeper.tell(news)
      mesh.tell(asWrittenHere(news, signer.node))
      branches?.tell(news)
      arbitration?.tell(news)
      if (news.toForget) void erasures.confirm().catch(() => {})
      if (changes.hasReaders) for (const happening of happeningsIn(news)) changes.send(happening)
    }

    async function openMesh(): Promise<Mesh> {
      if (of !== undefined) return branchMesh(signer.node, () => replica.membership)
      if (options.offline === true) return offlineMesh(signer.node, () => replica.membership)
      const { onlineMesh } = await import('./online-mesh.ts')
      return onlineMesh({ ...options, config, seed, node: signer.node, replica, inbox, writer, keeper })
    }

    let closing: Promise<void> | undefined
    const close = (because?: FolkmootError) => {
      closing ??= shutDown(because)
      return closing
    }

    /**
     * In reverse of opening: nobody is told, nobody is heard, what waits is written, the disk is let go.
     * @param because what waits is not written, but refused with this
     */
    async function shutDown(because?: FolkmootError): Promise<void> {
      whyClosed = because
      inbox.release()
      arbitration?.close()
      await suspicions?.close()
      changes.close()
      await branches?.close()
      await keeper.close()
      await mesh.close()
      await inbox.drained()
      whyClosed ??= NODE_CLOSED
      storage.close()
    }

    const { name, agent } = config
    const tokens = new Tokens(of ?? dir, clock.now)
    const keysOpened = () => keeper.caughtUp()
    const isLocal = (scope: ScopeAddress) => modeOf(scope) === 'local'
    const openedAt = clock.now()
    const isOurs = (incarnation: number) => branches === undefined || branches.hasMerged(incarnation)
    const aboutDirectory = () => [
      ...directoryFindings({
        dir,
        config,
        held,
        replica,
        node: signer.node,
        openedAt,
        nowMs: clock.now(),
        isOurs,
      }),
      ...branchFindings(dir),
    ]
    const parts: Parts = {
      ...{ ...home, name, agent, dir, mesh, changes, tokens, erasures, isLocal, keysOpened, branches, close },
      ...{ isBranch: of !== undefined, whyClosed: () => whyClosed },
      ...{ judge: options.judge ?? judge, turns: new Turns(), arbitration },
      directoryFindings: aboutDirectory,
    }
    return { parts, owner }
  } catch (error) {
    storage.close()
    throw error
  }
}

/** Who and what a node is was said when it was made. @throws UsageError if something else is said now */
function checkSame({ dir, name, agent }: OpenNodeOptions, found: NodeConfig): void {
  if (name !== undefined && name !== found.name)
    throw new UsageError(
      `${dir} holds the node ${found.name}, not ${JSON.stringify(name)}: leave the name out`,
    )
  if (agent !== undefined && agent !== found.agent)
    throw new UsageError(
      `the node in ${dir} acts as ${found.agent}, not ${JSON.stringify(agent)}: leave the agent out`,
    )
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
