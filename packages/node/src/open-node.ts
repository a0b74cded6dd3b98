/**
 * The one place that wires a node: disk below, mesh beside, API above.
 *
 *   writer ──▶ inbox ──▶ replica ──▶ news ──▶ mesh (gossip), changes (watch)
 *   mesh ────▶   ▲                  reader ◀── rows
 */
import { FolkmootError, limits, type News, Replica, UsageError, utf8, type Work } from '@folkmoot/core'
import { hasMemory, openSqliteStorage } from '@folkmoot/store'
import type { ChangeEvent, MemoryNode, OpenNodeOptions } from './api.ts'
import { Blocks } from './blocks.ts'
import { Broadcast } from './broadcast.ts'
import { checkIsFree, foundNode } from './found-node.ts'
import { isNodeDirectory, readConfig, readSeed, signerFrom } from './identity.ts'
import { Inbox } from './inbox.ts'
import { createMemoryNode } from './memory-node.ts'
import { type Mesh, offlineMesh } from './mesh.ts'
import { changeEvents } from './news.ts'
import { Reader } from './reader.ts'
import { systemClock as clock, systemRandom as random } from './system-ports.ts'
import { decodeTicket } from './ticket.ts'
import { Writer } from './writer.ts'

/** What a node acts as when nobody says. */
const DEFAULT_AGENT = 'agent'

/**
 * Opens the node in `dir`, making it first if the directory is new: in a mesh of its own, or in that of a ticket.
 * @throws FolkmootError directory | busy | ticket | wrong-mesh | unreachable | disk
 */
export async function openNode(options: OpenNodeOptions): Promise<MemoryNode> {
  const { dir } = options
  if (!isNodeDirectory(dir)) await makeNode(options)
  const config = readConfig(dir)
  if (options.join !== undefined && decodeTicket(options.join).mesh !== config.mesh) {
    throw new FolkmootError('wrong-mesh', `${dir} already belongs to another mesh than the ticket's`)
  }
  const seed = readSeed(dir)
  const signer = signerFrom(seed)
  if (!hasMemory(dir)) throw new FolkmootError('directory', `${dir} is damaged: its memory.sqlite is missing`)
  const storage = openSqliteStorage(dir)
  try {
    const replica = new Replica(config.mesh, { storage, clock, random, signer })
    if (!replica.membership.isMember(signer.node)) throw notTogether(dir)
    const changes = new Broadcast<ChangeEvent>()
    const inbox: Inbox = new Inbox(process, tick => setImmediate(tick))
    const { resolver = 'latest', authority = [] } = options
    const reader = new Reader(replica, { resolver, authority, now: clock.now })
    const writer = new Writer(replica, inbox, signer.node)
    const mesh = await openMesh()

    function process(batch: readonly Work[]): void {
      try {
        replica.process(batch, publish)
      } catch {
        // Every piece of work in the batch has been told; the next one may find room on the disk again.
      }
    }

    function publish(news: News): void {
      mesh.tell(news)
      if (changes.hasReaders) for (const event of changeEvents(news, replica, reader)) changes.send(event)
    }

    async function openMesh(): Promise<Mesh> {
      if (options.offline === true) return offlineMesh(signer.node, () => replica.membership)
      const { onlineMesh } = await import('./online-mesh.ts')
      return onlineMesh({ ...options, config, seed, node: signer.node, replica, inbox, writer })
    }

    let closing: Promise<void> | undefined
    const close = () => {
      closing ??= shutDown()
      return closing
    }

    /** In reverse of opening: nobody is told, nobody is heard, what waits is written, the disk is let go. */
    async function shutDown(): Promise<void> {
      changes.close()
      await mesh.close()
      await inbox.drained()
      storage.close()
    }

    const { name, agent } = config
    const blocks = new Blocks(replica, writer, reader, signer.node)
    const now = clock.now
    return createMemoryNode({
      id: signer.node,
      name,
      agent,
      dir,
      replica,
      reader,
      writer,
      blocks,
      mesh,
      changes,
      now,
      close,
    })
  } catch (error) {
    storage.close()
    throw error
  }
}

async function makeNode({ dir, name, agent = DEFAULT_AGENT, join, signal }: OpenNodeOptions): Promise<void> {
  checkIsFree(dir)
  if (name === undefined) throw new UsageError(`${dir} is new: a new node needs a name`)
  checkName('a name', name)
  checkName('an agent', agent)
  if (join === undefined) {
    foundNode(dir, name, agent)
    return
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

/** Without this a node whose memory is gone would look like one that remembers nothing. */
function notTogether(dir: string): FolkmootError {
  return new FolkmootError(
    'directory',
    `${dir} is damaged: the memory in it is not that of the node and mesh in node.json and node.key`,
  )
}
