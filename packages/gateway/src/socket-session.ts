import type { Socket } from 'node:net'
import { WireError } from './errors.ts'
import { ItemQueue } from './socket-items.ts'
import type {
  CallOptions,
  Client,
  GreetingFrame,
  RequestFrame,
  RequestOptions,
  ResponseFrame,
} from './wire.ts'
import { REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX } from './wire-limits.ts'
import { decodeText, LineCutter } from './wire-lines.ts'

type Answer = Exclude<ResponseFrame, { readonly error: unknown }>

interface Waiting {
  take(frame: Answer): void
  fail(error: Error): void
}

/** The client's side of one connection: numbers the requests and hands out the answers. */
export class SocketSession implements Client {
  readonly #socket: Socket
  readonly #lines = new LineCutter(RESPONSE_BYTES_MAX)
  readonly #waiting = new Map<number, Waiting>()
  readonly #closed: Promise<void>
  #lastId = 0
  /** Why the node hung up, if it said so. */
  #refusal: WireError | undefined

  constructor(socket: Socket, greeting: GreetingFrame) {
    this.#socket = socket
    this.#closed = new Promise(resolve => socket.once('close', () => resolve()))
    socket.on('data', chunk => this.#read(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#failAll(this.#refusal ?? closed('the node went away before it answered')))
    socket.write(`${JSON.stringify(greeting)}\n`)
  }

  async call(method: string, params: object, options: CallOptions = {}): Promise<never> {
    const { signal, onProgress } = options
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const id = this.#request(method, params, {
      take: frame => {
        if ('progress' in frame) onProgress?.(...frame.progress)
        else if ('result' in frame) resolve(frame.result)
        else reject(new WireError('protocol', `${method} is a stream`))
      },
      fail: reject,
    })
    const leave = () => {
      this.#cancel(id)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    try {
      return (await promise) as never
    } finally {
      signal?.removeEventListener('abort', leave)
      this.#waiting.delete(id)
    }
  }

  async *stream(method: string, params: object, options: RequestOptions = {}): AsyncGenerator<never> {
    const { signal } = options
    if (signal?.aborted) return
    const queue = new ItemQueue()
    const id = this.#request(method, params, {
      take: frame => {
        if ('item' in frame) queue.push(frame.item)
        else if ('end' in frame) queue.end()
        if (queue.full) this.#socket.pause()
      },
      fail: error => queue.end(error),
    })
    const leave = () => queue.end()
    signal?.addEventListener('abort', leave, { once: true })
    try {
      for (let next = await queue.next(); next !== undefined; next = await queue.next()) {
        if (signal?.aborted) return
        yield next.item as never
        if (!queue.full) this.#socket.resume()
      }
    } finally {
      signal?.removeEventListener('abort', leave)
      this.#cancel(id)
      this.#socket.resume()
    }
  }

  async close(): Promise<void> {
    this.#socket.destroySoon()
    await this.#closed
  }

  #request(method: string, params: object, waiting: Waiting): number {
    this.#lastId += 1
    const id = this.#lastId
    this.#waiting.set(id, waiting)
    try {
      this.#send({ id, method, params })
    } catch (error) {
      this.#waiting.delete(id)
      throw error
    }
    return id
  }

  #cancel(id: number): void {
    if (this.#waiting.delete(id) && this.#socket.writable) this.#send({ id, cancel: true })
  }

  #send(frame: RequestFrame): void {
    if (!this.#socket.writable) throw this.#refusal ?? closed('the node went away')
    const line = `${JSON.stringify(frame)}\n`
    const size = Buffer.byteLength(line)
    if (size > REQUEST_BYTES_MAX) {
      throw new WireError('too-large', `request in bytes is ${size}, the most is ${REQUEST_BYTES_MAX}`)
    }
    this.#socket.write(line)
  }

  #read(chunk: Buffer): void {
    try {
      for (const line of this.#lines.push(chunk)) this.#take(JSON.parse(decodeText(line)) as ResponseFrame)
    } catch (error) {
      this.#failAll(new WireError('protocol', `the node answered nonsense: ${(error as Error).message}`))
      this.#socket.destroy()
    }
  }

  #take(frame: ResponseFrame): void {
    if ('error' in frame) {
      const error = new WireError(frame.error.code, frame.error.message)
      if (frame.id === null) {
        this.#refusal = error
        this.#failAll(error)
      } else this.#waiting.get(frame.id)?.fail(error)
      if (frame.id !== null) this.#waiting.delete(frame.id)
      return
    }
    this.#waiting.get(frame.id)?.take(frame)
    if ('result' in frame || 'end' in frame) this.#waiting.delete(frame.id)
  }

  #failAll(error: Error): void {
    for (const { fail } of this.#waiting.values()) fail(error)
    this.#waiting.clear()
  }
}

function closed(why: string): WireError {
  return new WireError('closed', why)
}
