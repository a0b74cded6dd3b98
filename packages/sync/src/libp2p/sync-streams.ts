/**
 * One long-lived stream per peer. Of two peers the one whose id is smaller opens it, on whatever connection there
 * is, so that there is never a choice between two. A stream that comes in replaces the one before: its opener has
 * only one, and must have lost the other.
 */
import type { NodeId } from '@folkmoot/core'
import type { Connection, Stream } from '@libp2p/interface'
import { CLOSE_TIMEOUT_MS, FRAME_BYTES_MAX, STREAM_TIMEOUT_MS, WRITE_BUFFER_BYTES_MAX } from '../limits.ts'
import type { Link, TransportHandler } from '../transport.ts'
import { FrameReader, frame } from './frames.ts'

export const SYNC_PROTOCOL = '/folkmoot/sync/1'

interface Channel {
  readonly stream: Stream
  isFull: boolean
}

export interface SyncStreamsOptions {
  readonly self: NodeId
  readonly handler: TransportHandler
  readonly signal: AbortSignal
  readonly link: (peer: NodeId, connection: Connection) => Link
  readonly onOpen: (peer: NodeId) => void
  readonly onLost: (peer: NodeId) => void
}

export class SyncStreams {
  readonly #options: SyncStreamsOptions
  readonly #channels = new Map<NodeId, Channel>()
  readonly #opening = new Set<NodeId>()

  constructor(options: SyncStreamsOptions) {
    this.#options = options
  }

  has(peer: NodeId): boolean {
    return this.#channels.has(peer)
  }

  isOpener(peer: NodeId): boolean {
    return this.#options.self < peer
  }

  /** Opens the stream if it is ours to open and there is none. Failure is no error: the sweep tries again. */
  async open(connection: Connection): Promise<void> {
    const peer = peerOf(connection)
    if (!this.isOpener(peer) || this.has(peer) || this.#opening.has(peer)) return
    this.#opening.add(peer)
    try {
      const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(STREAM_TIMEOUT_MS)])
      const stream = await connection.newStream(SYNC_PROTOCOL, { signal, runOnLimitedConnection: true })
      this.#adopt(stream, connection)
    } catch {
      // The peer is starting or stopping, or the connection is gone.
    } finally {
      this.#opening.delete(peer)
    }
  }

  accept(stream: Stream, connection: Connection): void {
    if (this.isOpener(peerOf(connection))) stream.abort(new Error('the stream is opened from here'))
    else this.#adopt(stream, connection)
  }

  send(peer: NodeId, bytes: Uint8Array): boolean {
    const channel = this.#channels.get(peer)
    if (channel === undefined) return false
    const { stream } = channel
    if (stream.writeBufferLength > 0 && stream.writeBufferLength + bytes.length > WRITE_BUFFER_BYTES_MAX) {
      channel.isFull = true
      return false
    }
    try {
      stream.send(frame(bytes))
      return true
    } catch {
      this.#drop(peer, channel)
      return false
    }
  }

  /** Lets go of the stream; what was sent still leaves, if it does so soon. */
  async close(peer: NodeId): Promise<void> {
    const channel = this.#channels.get(peer)
    if (channel === undefined) return
    this.#drop(peer, channel)
    try {
      await channel.stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) })
    } catch (error) {
      channel.stream.abort(error instanceof Error ? error : new Error('not closed in time'))
    }
  }

  #adopt(stream: Stream, connection: Connection): void {
    if (this.#options.signal.aborted || stream.status !== 'open') return
    const peer = peerOf(connection)
    const before = this.#channels.get(peer)
    if (before !== undefined) {
      this.#drop(peer, before)
      before.stream.abort(new Error('replaced by a newer stream'))
    }
    const channel: Channel = { stream, isFull: false }
    this.#channels.set(peer, channel)
    stream.maxReadBufferLength = 2 * FRAME_BYTES_MAX
    stream.maxWriteBufferLength = WRITE_BUFFER_BYTES_MAX + 2 * FRAME_BYTES_MAX
    this.#options.onOpen(peer)
    const link = this.#options.link(peer, connection)
    // In a microtask, and before the listeners: no handler inside a call, and none before this one.
    this.#later(() => this.#options.handler.connected(peer, link))
    this.#listen(peer, channel)
  }

  #listen(peer: NodeId, channel: Channel): void {
    const { stream } = channel
    const reader = new FrameReader(FRAME_BYTES_MAX)
    stream.addEventListener('message', ({ data }) => {
      try {
        for (const bytes of reader.push(data.subarray())) {
          if (this.#channels.get(peer) === channel) this.#options.handler.received(peer, bytes)
        }
      } catch (error) {
        this.#drop(peer, channel)
        stream.abort(error instanceof Error ? error : new Error('unreadable'))
      }
    })
    const checkRoom = () => {
      this.#later(() => {
        const hasRoom = stream.writeBufferLength <= WRITE_BUFFER_BYTES_MAX / 2
        if (!channel.isFull || !hasRoom || this.#channels.get(peer) !== channel) return
        channel.isFull = false
        this.#options.handler.drained(peer)
      })
    }
    stream.addEventListener('drain', checkRoom)
    stream.addEventListener('idle', checkRoom)
    stream.addEventListener('close', () => this.#drop(peer, channel))
    stream.addEventListener('remoteCloseWrite', () => void this.close(peer))
  }

  #drop(peer: NodeId, channel: Channel): void {
    if (this.#channels.get(peer) !== channel) return
    this.#channels.delete(peer)
    this.#options.onLost(peer)
    this.#later(() => this.#options.handler.disconnected(peer))
  }

  #later(work: () => void): void {
    queueMicrotask(() => {
      if (!this.#options.signal.aborted) work()
    })
  }
}

export function peerOf(connection: Connection): NodeId {
  return connection.remotePeer.toString() as NodeId
}
