/** The mesh of a running node: drives replication, keeps addresses, opens the door for guests. */
import {
  FolkmootError,
  type LogId,
  MEMBERSHIP_SCOPE,
  type NodeId,
  parseNodeId,
  type Replica,
  type ScopeId,
  UsageError,
} from '@folkmoot/core'
import { openLibp2pTransport, type Replication, Replicator, type SyncReplica } from '@folkmoot/sync'
import { type KnownAddresses, readPeers, writePeers } from './address-file.ts'
import { Answers } from './answers.ts'
import type { OpenNodeOptions } from './api.ts'
import { noteCuts } from './cut-notes.ts'
import { type NodeConfig, writeConfig } from './identity.ts'
import type { Inbox } from './inbox.ts'
import { JoinDesk } from './join-desk.ts'
import type { KeyKeeper } from './keys/key-keeper.ts'
import { type Mesh, otherMembers } from './mesh.ts'
import { replicationRules } from './replication-rules.ts'
import type { PeerReport } from './reports.ts'
import { systemClock as clock } from './system-ports.ts'
import type { Writer } from './writer.ts'

/** How often replication looks at its clock: well under every period it keeps. */
const TICK_MS = 200
/** How often grants and certificates are looked at that run out by themselves. */
const ACCESS_MS = 5_000
/** How often known addresses are put on disk. */
const SAVE_MS = 10_000
/** How long a removal waits for the admins to store it before keys are renewed without them. */
const HEARD_MS = 3000
/** Loopback: opening a node to a network is said out loud, with `listen`. */
const LISTEN_DEFAULT = '/ip4/127.0.0.1/tcp/0'

export interface OnlineMeshOptions extends OpenNodeOptions {
  readonly config: NodeConfig
  readonly seed: Uint8Array
  readonly node: NodeId
  readonly replica: Replica
  readonly inbox: Inbox
  readonly writer: Writer
  readonly keeper: KeyKeeper
}

export async function onlineMesh(options: OnlineMeshOptions): Promise<Mesh> {
  const { dir, config, seed, node, replica, inbox, writer, keeper } = options
  const listen = options.listen ?? config.listen ?? [LISTEN_DEFAULT]
  const isMember = (peer: NodeId) => replica.membership.isMember(peer, replica.now)
  const peersToDial = (options.peers ?? []).map(address => ({ node: peerIn(address), address }))
  const transport = await openLibp2pTransport({
    seed,
    mesh: replica.mesh,
    listen,
    isMember,
    ...(options.announce === undefined ? {} : { announce: options.announce }),
  })
  const synced = new Answers()
  const confirmed = new Answers()
  const replicator = new Replicator({
    replica: syncReplica(),
    transport,
    random: Math.random,
    now: steadyMs(),
    addresses: () => transport.addresses(),
    onSynced: peer => synced.give(peer, ''),
    onConfirmed: (peer, log, seq) => confirmed.give(peer, positionOf(log, seq)),
    onCut: noteCuts(replica.storage, clock),
  })
  await transport.start(replicator)
  const settled = { ...config, listen: transport.listening() }
  const desk = new JoinDesk({
    ...{ seed, node, replica, writer },
    wasOpen: config.joinListen !== undefined,
    handOutTo: guest => keeper.handOutTo(guest),
    listen: options.joinListen ?? config.joinListen ?? anyPort(settled.listen[0] ?? LISTEN_DEFAULT),
    onListening: joinListen => writeConfig(dir, { ...settled, joinListen }),
    addresses: () => transport.addresses(),
  })
  for (const known of readPeers(dir)) replicator.know(known.node, known.addresses)
  for (const { node, address } of peersToDial) replicator.know(node, [address])
  try {
    writeConfig(dir, settled)
    await desk.openIfExpected()
  } catch (error) {
    // What listens would keep the process alive.
    await transport.stop()
    throw error
  }

  const ticking = setInterval(tick, TICK_MS)
  let saveAt = steadyMs() + SAVE_MS
  let accessAt = 0
  let inForce = -1
  let saved = ''

  function tick(): void {
    const now = steadyMs()
    replicator.tick(now)
    const { wanted, received } = replicator.progress()
    if (wanted > 0) options.onProgress?.('catch-up', received, wanted)
    if (now >= accessAt) {
      accessAt = now + ACCESS_MS
      lookAtAccess()
    }
    if (now < saveAt) return
    saveAt = now + SAVE_MS
    save()
  }

  function lookAtAccess(): void {
    const { membership, now } = replica
    const grants = membership.edges().filter(({ until }) => until === null || until > now)
    const certified = [...membership.members()].filter(member => membership.isMember(member.node, now))
    const before = inForce
    inForce = grants.length + certified.length
    if (before >= 0 && before !== inForce) replicator.accessChanged()
  }

  /** Addresses are a hint: that they cannot be kept must not stop a node, nor keep it from stopping. */
  function save(): void {
    const peers: KnownAddresses[] = replicator.peers().map(({ node, addrs }) => ({ node, addresses: addrs }))
    const text = JSON.stringify(peers)
    if (text === saved) return
    try {
      writePeers(dir, peers)
      saved = text
    } catch {
      // Tried again at the next turn.
    }
  }

  function syncReplica(): SyncReplica {
    const rules = replicationOf(options.replicate ?? [])
    return {
      node,
      mesh: replica.mesh,
      heads: () => replica.sharedHeads(),
      mayHold: (peer, scope) => replica.mayHold(peer, scope),
      isOpen: scope => replica.isOpen(scope),
      readRun: (log, seq, bytesMax) => replica.readRun(log, seq, bytesMax),
      offer: (run, from, done) => inbox.offer({ kind: 'remote', run, from, done }),
      flush: () => replica.storage.transact(true, () => {}),
      isMember,
      replication: scope => rules(scope, replica),
    }
  }

  let refreshing = Promise.resolve()

  /** What a peer says after it has answered a question is news as of that question: only then is it compared. */
  async function refresh(signal: AbortSignal | undefined): Promise<void> {
    const enough = replicator.peers().filter(peer => peer.connected).length
    const [genesis] = [...replica.heads()].filter(head => head.scope === MEMBERSHIP_SCOPE)
    if (genesis === undefined || enough === 0) return
    const about = positionOf(genesis.log, 0)
    await confirmed.wait({ about, enough, ask: () => replicator.confirm(genesis.log, 0), signal })
    await synced.wait({ about: '', enough, ask: () => replicator.probe(), signal })
  }

  return {
    tell(news) {
      for (const { head, run, from } of news.appended)
        replicator.appended(
          head,
          run.map(entry => entry.bytes),
          from,
        )
      if (news.accessChanged) replicator.accessChanged()
      replicator.flush()
    },
    peers() {
      const seen = new Map(replicator.peers().map(peer => [peer.node, peer]))
      return otherMembers(node, replica.membership).map((peer): PeerReport => {
        const { connected = false, addrs = [], lagEntries = 0 } = seen.get(peer.node) ?? {}
        return { ...peer, connected, addrs, lagEntries }
      })
    },
    known: peer => replicator.known(peer),
    addresses: () => transport.addresses(),
    invite: inviteOptions => desk.invite(inviteOptions, writer),
    refresh(signal) {
      // One at a time: an answer to somebody else's question could be older than ours.
      refreshing = refreshing
        .catch(() => {})
        .then(() => refresh(signal))
        .then(() => keeper.caughtUp())
      return refreshing
    },
    async held(entry, by, signal) {
      const members = otherMembers(node, replica.membership).length + 1
      const wanted = by === 'majority' ? Math.floor(members / 2) + 1 : by
      if (wanted > members) throw new UsageError(`the mesh has ${members} nodes, not ${wanted}`)
      const found = replica.storage.entries.find(entry)?.entry
      if (found === undefined) throw new FolkmootError('not-found', `no entry ${entry}`)
      const { log, seq } = found
      const ask = () => replicator.confirm(log, seq)
      await confirmed.wait({ about: positionOf(log, seq), enough: wanted - 1, ask, signal })
    },
    async heard(entry) {
      const found = replica.storage.entries.find(entry)?.entry
      if (found === undefined) return
      const { log, seq } = found
      const connected = replicator
        .peers()
        .filter(peer => peer.connected && replica.membership.isAdmin(peer.node))
      const from = new Set(connected.map(peer => peer.node))
      const ask = () => replicator.confirm(log, seq)
      const signal = AbortSignal.timeout(HEARD_MS)
      await confirmed
        .wait({ about: positionOf(log, seq), enough: from.size, from, ask, signal })
        .catch(() => {})
    },
    async close() {
      clearInterval(ticking)
      save()
      await desk.close()
      await transport.stop()
    },
  }
}

function positionOf(log: LogId, seq: number): string {
  return `${log}/${seq}`
}

/** @throws UsageError */
function peerIn(address: string): NodeId {
  const id = /\/p2p\/([^/]+)$/.exec(address)?.[1]
  if (id === undefined) throw new UsageError(`${address} names no peer: it must end in /p2p/<peer id>`)
  try {
    return parseNodeId(id)
  } catch {
    throw new UsageError(`${address} names no peer: ${id} is no peer id`)
  }
}

/** The same host, another port: the door for guests stands beside the mesh's own. */
function anyPort(address: string): string {
  return address.replace(/\/p2p\/.*$/, '').replace(/\/tcp\/\d+$/, '/tcp/0')
}

/** Time for periods and pauses: it goes on when somebody sets the clock back. */
function steadyMs(): number {
  return Math.trunc(performance.timeOrigin + performance.now())
}

/** How a scope travels, by its id. */
function replicationOf(rules: NonNullable<OpenNodeOptions['replicate']>) {
  const modeOf = replicationRules(rules)
  return (id: ScopeId, replica: Replica): Replication => {
    // A scope nobody here has a name for has not been opened: it comes from a peer, so it is shared.
    const scope = id === MEMBERSHIP_SCOPE ? undefined : replica.scopeName(id)
    return scope === undefined ? 'push' : modeOf(scope)
  }
}
