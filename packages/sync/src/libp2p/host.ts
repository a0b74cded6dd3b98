/** A libp2p node as this project sets one up: TCP, noise, yamux, and no defaults that break many nodes on one host. */
// Development of this package moves to @libp2p/noise; when it does, this line is all that changes.
import { noise } from '@chainsafe/libp2p-noise'
import { FolkmootError, type NodeId, UsageError } from '@folkmoot/core'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { ConnectionGater, ServiceMap } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p, type Libp2pOptions } from 'libp2p'
import {
  CLOSE_TIMEOUT_MS,
  DIAL_TIMEOUT_MS,
  HANDSHAKES_MAX,
  INBOUND_PER_SECOND_MAX,
  STREAM_TIMEOUT_MS,
} from '../limits.ts'

export interface HostOptions<Services extends ServiceMap> {
  /** The 32-byte Ed25519 seed of the node's key. */
  readonly seed: Uint8Array
  /** Multiaddrs to listen on; none for a host that only dials. */
  readonly listen: readonly string[]
  /** Multiaddrs to tell others instead of those listened on. */
  readonly announce?: readonly string[]
  readonly gater: ConnectionGater
  readonly connectionsMax: number
  readonly services: Libp2pOptions<Services>['services']
}

/** Created, not started. */
export async function createHost<Services extends ServiceMap>(
  options: HostOptions<Services>,
): Promise<Libp2p<Services>> {
  // noise would write every session's keys to the console.
  if (process.env.DUMP_SESSION_KEYS !== undefined) {
    throw new UsageError('DUMP_SESSION_KEYS is set: connections would not be secret')
  }
  const { listen, announce, gater, connectionsMax, services } = options
  for (const address of [...listen, ...(announce ?? [])]) checkAddress(address)
  return createLibp2p<Services>({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', options.seed),
    addresses: { listen: [...listen], announce: [...(announce ?? [])] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: gater,
    connectionManager: {
      maxConnections: connectionsMax,
      inboundConnectionThreshold: INBOUND_PER_SECOND_MAX,
      maxIncomingPendingConnections: HANDSHAKES_MAX,
      dialTimeout: DIAL_TIMEOUT_MS,
      inboundUpgradeTimeout: DIAL_TIMEOUT_MS,
      inboundStreamProtocolNegotiationTimeout: STREAM_TIMEOUT_MS,
      outboundStreamProtocolNegotiationTimeout: STREAM_TIMEOUT_MS,
      connectionCloseTimeout: CLOSE_TIMEOUT_MS,
      // redial.ts does this, for members only.
      reconnectRetries: 0,
    },
    ...(services === undefined ? {} : { services }),
  })
}

/** @throws FolkmootError 'unreachable' if an address cannot be listened on. */
export async function startHost(host: Libp2p, listen: readonly string[]): Promise<void> {
  try {
    await host.start()
  } catch (error) {
    await host.stop()
    const reason = withoutStack(messageOf(error))
    throw new FolkmootError('unreachable', `cannot listen on ${listen.join(', ')}: ${reason}`, {
      cause: error,
    })
  }
}

/** libp2p parses what it announces when it is too late to refuse it. @throws UsageError */
function checkAddress(address: string): void {
  try {
    multiaddr(address)
  } catch (error) {
    throw new UsageError(`${address} is not a multiaddr such as /ip4/127.0.0.1/tcp/4001: ${messageOf(error)}`)
  }
}

/** libp2p puts whole errors, with their stacks, into the message of its own. */
function withoutStack(message: string): string {
  return /\bError: (.*)/.exec(message)?.[1] ?? message
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What the host really listens on, whatever it tells others. libp2p keeps this to its own parts. */
export function listeningOn(host: Libp2p): readonly string[] {
  const { components } = host as unknown as { components: { transportManager: { getAddrs(): Multiaddr[] } } }
  return components.transportManager.getAddrs().map(address => address.toString())
}

/** The addresses at which exactly this node can be dialled; what is no such address is left out. */
export function dialable(node: NodeId, addresses: readonly string[]): Multiaddr[] {
  return addresses.flatMap(address => {
    try {
      const parsed = multiaddr(address)
      const named = parsed.getComponents().findLast(component => component.name === 'p2p')?.value
      if (named === undefined) return [parsed.encapsulate(`/p2p/${node}`)]
      return named === node ? [parsed] : []
    } catch {
      return []
    }
  })
}
