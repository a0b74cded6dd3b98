/**
 * Joining happens apart from the mesh: while there are tickets an admin runs a second, small host under the same
 * key, which speaks nothing but this protocol. So the mesh's own host never has to talk to a stranger.
 */
import { FolkmootError, MalformedError, type NodeId, TooLargeError } from '@folkmoot/core'
import type { Connection, Stream } from '@libp2p/interface'
import type { Libp2p } from 'libp2p'
import {
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  type JoinReply,
  type JoinRequest,
} from '../join-messages.ts'
import {
  CLOSE_TIMEOUT_MS,
  JOIN_CONNECTIONS_MAX,
  JOIN_REPLY_BYTES_MAX,
  JOIN_REQUEST_BYTES_MAX,
  JOIN_REQUESTS_PER_CONNECTION_MAX,
  JOIN_TIMEOUT_MS,
} from '../limits.ts'
import { FrameReader, frame } from './frames.ts'
import { createHost, dialable, startHost } from './host.ts'
import { peerOf } from './sync-streams.ts'

export const JOIN_PROTOCOL = '/folkmoot/join/1'

export interface ServeJoinOptions {
  /** The admin's own seed: the ticket names its node id, and noise proves it. */
  readonly seed: Uint8Array
  readonly listen: readonly string[]
  readonly announce?: readonly string[]
  /** `from` has proved its key. What this throws is told as 'closed', without its reason. */
  readonly handle: (request: JoinRequest, from: NodeId) => Promise<JoinReply>
}

export interface JoinServer {
  readonly addresses: readonly string[]
  stop(): Promise<void>
}

export interface RequestJoinOptions {
  readonly seed: Uint8Array
  /** The admin's join addresses, from the ticket. */
  readonly addresses: readonly string[]
  readonly admin: NodeId
  readonly request: JoinRequest
  readonly signal?: AbortSignal
}

export async function serveJoin(options: ServeJoinOptions): Promise<JoinServer> {
  const { seed, listen, announce, handle } = options
  const closing = new AbortController()
  const host = await createHost<Record<string, never>>({
    seed,
    listen,
    ...(announce === undefined ? {} : { announce }),
    gater: { denyDialPeer: () => true },
    connectionsMax: JOIN_CONNECTIONS_MAX,
    services: {},
  })
  const asked = new WeakMap<Connection, number>()
  const answer = async (stream: Stream, connection: Connection) => {
    const count = (asked.get(connection) ?? 0) + 1
    asked.set(connection, count)
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(JOIN_TIMEOUT_MS)])
    try {
      if (count > JOIN_REQUESTS_PER_CONNECTION_MAX) throw new FolkmootError('busy', 'too many requests')
      const request = decodeRequest(await readFrame(stream, JOIN_REQUEST_BYTES_MAX, signal))
      const reply = await replyTo(handle, request, peerOf(connection))
      stream.send(frame(encodeReply(reply)))
      await stream.close({ signal })
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error('failed'))
      await connection.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch(() => {
        connection.abort(new Error('not closed in time'))
      })
    }
  }
  await host.handle(JOIN_PROTOCOL, answer, { maxInboundStreams: 1, maxOutboundStreams: 0 })
  // Nobody has a reason to stay, and there are few places.
  host.addEventListener('connection:open', ({ detail: connection }) => {
    const timer = setTimeout(() => connection.abort(new Error('stayed too long')), 2 * JOIN_TIMEOUT_MS)
    timer.unref()
    connection.addEventListener('close', () => clearTimeout(timer))
  })
  await startHost(host, listen)
  return {
    addresses: host.getMultiaddrs().map(address => address.toString()),
    stop: async () => {
      closing.abort()
      await host.stop()
    },
  }
}

/** @throws FolkmootError 'unreachable' if the admin cannot be reached in time, 'protocol' if its answer is none. */
export async function requestJoin(options: RequestJoinOptions): Promise<JoinReply> {
  const { seed, addresses, admin, request, signal } = options
  const timeout = AbortSignal.timeout(JOIN_TIMEOUT_MS)
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
  const host = await createHost<Record<string, never>>({
    seed,
    listen: [],
    gater: { denyInboundConnection: () => true },
    connectionsMax: JOIN_CONNECTIONS_MAX,
    services: {},
  })
  try {
    await host.start()
    return decodeReply(await ask(host, dialable(admin, addresses), request, either))
  } catch (error) {
    if (error instanceof MalformedError || error instanceof TooLargeError) {
      throw new FolkmootError('protocol', `the admin's answer: ${error.message}`, { cause: error })
    }
    const reason = error instanceof Error ? error.message : String(error)
    throw new FolkmootError('unreachable', `cannot reach ${admin}: ${reason}`, { cause: error })
  } finally {
    await host.stop()
  }
}

async function ask(
  host: Libp2p,
  targets: ReturnType<typeof dialable>,
  request: JoinRequest,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (targets.length === 0) throw new FolkmootError('unreachable', 'the ticket has no address')
  const stream = await host.dialProtocol(targets, JOIN_PROTOCOL, { signal })
  stream.send(frame(encodeRequest(request)))
  return readFrame(stream, JOIN_REPLY_BYTES_MAX, signal)
}

async function replyTo(
  handle: ServeJoinOptions['handle'],
  request: JoinRequest,
  from: NodeId,
): Promise<JoinReply> {
  try {
    return await handle(request, from)
  } catch {
    return { ok: false, code: 'closed', reason: 'the admin could not answer' }
  }
}

/** The first frame on the stream. @throws TooLargeError, or what aborted it. */
async function readFrame(stream: Stream, bytesMax: number, signal: AbortSignal): Promise<Uint8Array> {
  const reader = new FrameReader(bytesMax)
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const onAbort = () => reject(signal.reason)
  signal.throwIfAborted()
  signal.addEventListener('abort', onAbort, { once: true })
  stream.addEventListener('message', ({ data }) => {
    try {
      const [first] = reader.push(data.subarray())
      if (first !== undefined) resolve(first)
    } catch (error) {
      reject(error)
    }
  })
  const onEnd = () => reject(new FolkmootError('unreachable', 'hung up without an answer'))
  stream.addEventListener('close', onEnd)
  stream.addEventListener('remoteCloseWrite', onEnd)
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
