/** The transport over libp2p: one host, one sync stream per peer, one gossip topic. */
import { type MeshId, type NodeId, parseNodeId } from '@folkmoot/core'
import type { GossipSub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Connection, ConnectionGater } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Libp2p } from 'libp2p'
import {
  ANTI_ENTROPY_MS,
  CLOSE_TIMEOUT_MS,
  DIAL_HEAD_START_MS,
  DIAL_TIMEOUT_MS,
  IDLE_CONNECTION_MS,
  PEERS_MAX,
} from '../limits.ts'
import type { Transport, TransportHandler } from '../transport.ts'
import { gossipService, gossipTopic, gossipValidator, isGossip } from './gossip-service.ts'
import { createHost, dialable, listeningOn, startHost } from './host.ts'
import { Redial } from './redial.ts'
import { peerOf, SYNC_PROTOCOL, SyncStreams } from './sync-streams.ts'
import { WireMeter } from './wire-meter.ts'

export interface Libp2pTransportOptions {
  /** The 32-byte Ed25519 seed of the node's key. */
  readonly seed: Uint8Array
  readonly mesh: MeshId
  readonly listen: readonly string[]
  readonly announce?: readonly string[]
  /** Asked for every connection, in both directions; nobody else gets past the handshake. */
  readonly isMember: (node: NodeId) => boolean
  /** What is gossip: anything else is not handed on. Default: a decodable gossip message. */
  readonly accepts?: (gossip: Uint8Array) => boolean
}

export interface Libp2pTransport extends Transport {
  readonly node: NodeId
  /** Where this node can be dialled; empty before `start`. */
  addresses(): readonly string[]
  /** What it really listens on, ports filled in. */
  listening(): readonly string[]
}

type Host = Libp2p<{ identify: unknown; gossip: GossipSub }>

/** How often connections without a stream are looked at. */
const SWEEP_MS = ANTI_ENTROPY_MS / 5

export async function openLibp2pTransport(options: Libp2pTransportOptions): Promise<Libp2pTransport> {
  const { seed, mesh, listen, announce, isMember } = options
  const topic = gossipTopic(mesh)
  const meter = new WireMeter()
  const host: Host = await createHost({
    seed,
    listen,
    ...(announce === undefined ? {} : { announce }),
    gater: memberGater(isMember, meter),
    connectionsMax: PEERS_MAX,
    services: { identify: identify({ runOnLimitedConnection: true }), gossip: gossipService(topic) },
  })
  host.services.gossip.topicValidators.set(topic, gossipValidator(options.accepts ?? isGossip))
  return new Libp2pNode(host, topic, listen, meter)
}

class Libp2pNode implements Libp2pTransport {
  readonly node: NodeId
  readonly #host: Host
  readonly #topic: string
  readonly #listen: readonly string[]
  readonly #meter: WireMeter
  readonly #closing = new AbortController()
  readonly #redial: Redial
  #streams: SyncStreams | undefined
  #sweep: NodeJS.Timeout | undefined

  constructor(host: Host, topic: string, listen: readonly string[], meter: WireMeter) {
    this.node = parseNodeId(host.peerId.toString())
    this.#host = host
    this.#topic = topic
    this.#listen = listen
    this.#meter = meter
    this.#redial = new Redial({
      isConnected: node => this.#streams?.has(node) ?? false,
      attempt: (node, addresses) => this.#attempt(node, addresses),
      headStart: node => (this.node < node ? 0 : DIAL_HEAD_START_MS),
    })
  }

  async start(handler: TransportHandler): Promise<void> {
    const streams = new SyncStreams({
      self: this.node,
      handler,
      signal: this.#closing.signal,
      link: (peer, connection) => ({
        addresses: [connection.remoteAddr.toString()],
        traffic: () => this.#meter.traffic(peer),
      }),
      onOpen: peer => this.#redial.connected(peer),
      onLost: peer => this.#redial.lost(peer),
    })
    this.#streams = streams
    this.#listenToGossip(handler)
    await this.#host.handle(SYNC_PROTOCOL, (stream, connection) => streams.accept(stream, connection), {
      maxInboundStreams: 2,
      maxOutboundStreams: 2,
      runOnLimitedConnection: true,
    })
    this.#host.addEventListener('connection:open', ({ detail }) => void streams.open(detail))
    await startHost(this.#host, this.#listen)
    this.#host.services.gossip.subscribe(this.#topic)
    this.#sweep = setInterval(() => this.#sweepConnections(streams), SWEEP_MS)
    this.#sweep.unref()
  }

  addresses(): readonly string[] {
    return this.#host.getMultiaddrs().map(address => address.toString())
  }

  listening(): readonly string[] {
    return listeningOn(this.#host)
  }

  send(peer: NodeId, bytes: Uint8Array): boolean {
    return this.#streams?.send(peer, bytes) ?? false
  }

  publish(bytes: Uint8Array): boolean {
    const { gossip } = this.#host.services
    if (this.#closing.signal.aborted || gossip.getSubscribers(this.#topic).length === 0) return false
    // Gossip may be lost anyway: anti-entropy is what is relied upon.
    gossip.publish(this.#topic, bytes).catch(() => {})
    return true
  }

  dial(peer: NodeId, addresses: readonly string[]): void {
    if (peer !== this.node) this.#redial.seek(peer, addresses)
  }

  disconnect(peer: NodeId): void {
    this.#redial.forget(peer)
    void this.#hangUp(peer)
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweep)
    this.#redial.stop()
    this.#closing.abort()
    await this.#host.stop()
  }

  #listenToGossip(handler: TransportHandler): void {
    const { gossip } = this.#host.services
    gossip.addEventListener('gossipsub:message', ({ detail: { propagationSource, msg } }) => {
      if (this.#closing.signal.aborted || msg.topic !== this.#topic) return
      handler.gossiped(propagationSource.toString() as NodeId, msg.data)
    })
  }

  async #attempt(node: NodeId, addresses: readonly string[]): Promise<void> {
    const targets = dialable(node, addresses)
    if (targets.length === 0) return
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
      await this.#host.dial(targets, { signal })
    } catch {
      // Not there now; the next attempt comes after a pause.
    }
  }

  async #hangUp(peer: NodeId): Promise<void> {
    await this.#streams?.close(peer)
    try {
      await this.#host.hangUp(peerIdFromString(peer), { signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) })
    } catch {
      for (const connection of this.#host.getConnections(peerIdFromString(peer))) {
        connection.abort(new Error('not closed in time'))
      }
    }
  }

  /** Connections whose stream could not be opened are tried again, and given up when that leads nowhere. */
  #sweepConnections(streams: SyncStreams): void {
    for (const connection of this.#host.getConnections()) {
      if (streams.has(peerOf(connection))) continue
      if (Date.now() - connection.timeline.open > IDLE_CONNECTION_MS) void this.#close(connection)
      else void streams.open(connection)
    }
  }

  async #close(connection: Connection): Promise<void> {
    try {
      await connection.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) })
    } catch {
      connection.abort(new Error('not closed in time'))
    }
  }
}

function memberGater(isMember: (node: NodeId) => boolean, meter: WireMeter): ConnectionGater {
  const isStranger = (peer: { toString(): string }) => !isMember(peer.toString() as NodeId)
  return {
    denyDialPeer: isStranger,
    denyInboundEncryptedConnection: (peer, connection) => {
      if (isStranger(peer)) return true
      meter.attach(peer.toString(), connection)
      return false
    },
    denyOutboundEncryptedConnection: (peer, connection) => {
      if (isStranger(peer)) return true
      meter.attach(peer.toString(), connection)
      return false
    },
  }
}
