import type { Socket } from 'node:net'
import { FolkmootError, MalformedError } from '@folkmoot/core'
import type { MemoryNode } from '@folkmoot/node'
import type { Doorkeeper, Visit } from './doorkeeper.ts'
import { toFault } from './errors.ts'
import { operate } from './operations/operate.ts'
import type { OperationContext } from './operations/operation.ts'
import { untilAborted } from './operations/until-aborted.ts'
import type { RequestFrame, ResponseFrame } from './wire.ts'
import {
  CLOSE_MS_MAX,
  GREETING_BYTES_MAX,
  GREETING_MS_MAX,
  REQUEST_BYTES_MAX,
  REQUESTS_MAX,
  RESPONSE_BYTES_MAX,
} from './wire-limits.ts'
import { LineCutter } from './wire-lines.ts'
import { parseGreeting, parseRequest } from './wire-requests.ts'

const NEWLINE = 0x0a

export interface SocketOptions {
  /** Stops the node; resolves when it has stopped. `moot down` waits for it. */
  readonly onDown?: () => Promise<void>
}

type CallFrame = Extract<RequestFrame, { readonly method: string }>

interface UnderWay {
  readonly controller: AbortController
  readonly done: Promise<void>
}

/** One visitor of the socket: reads its requests, answers each as it is ready. */
export class SocketConnection {
  readonly #socket: Socket
  readonly #keeper: Doorkeeper
  readonly #options: SocketOptions
  readonly #lines = new LineCutter(REQUEST_BYTES_MAX)
  readonly #patience: NodeJS.Timeout
  /** The greeting, as far as it has come. */
  #greeting = Buffer.alloc(0)
  #visit: Visit | undefined
  readonly #underWay = new Map<number, UnderWay>()
  readonly #closed: Promise<void>
  #drained: Promise<void> | undefined
  #refused = false

  constructor(socket: Socket, keeper: Doorkeeper, options: SocketOptions) {
    this.#socket = socket
    this.#keeper = keeper
    this.#patience = setTimeout(() => this.#refuse(notGreeted()), GREETING_MS_MAX)
    this.#options = options
    this.#closed = new Promise(resolve => socket.once('close', () => resolve()))
    socket.on('data', chunk => this.#read(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(this.#patience)
      this.#abortAll()
    })
  }

  /** Ends what is under way, waits a little for the answers to leave, and hangs up. */
  async close(): Promise<void> {
    const patience = setTimeout(() => this.#socket.destroy(), CLOSE_MS_MAX)
    this.#abortAll()
    await Promise.race([Promise.all([...this.#underWay.values()].map(({ done }) => done)), this.#closed])
    this.#socket.destroySoon()
    await this.#closed
    clearTimeout(patience)
  }

  #abortAll(): void {
    for (const { controller } of this.#underWay.values()) controller.abort()
  }

  #read(chunk: Buffer): void {
    if (this.#refused) return
    try {
      const requests = this.#visit === undefined ? this.#greet(chunk) : chunk
      for (const line of this.#lines.push(requests)) {
        if (line.length > 0) this.#take(parseRequest(line))
      }
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Gives what came after the greeting. */
  #greet(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#greeting, chunk])
    const end = bytes.indexOf(NEWLINE)
    if (end > GREETING_BYTES_MAX || (end < 0 && bytes.length > GREETING_BYTES_MAX)) throw notGreeted()
    this.#greeting = end < 0 ? bytes : Buffer.alloc(0)
    if (end < 0) return Buffer.alloc(0)
    this.#visit = this.#keeper.admit(parseGreeting(bytes.subarray(0, end)))
    clearTimeout(this.#patience)
    return bytes.subarray(end + 1)
  }

  #refuse(error: unknown): void {
    this.#refused = true
    void this.#send({ id: null, error: toFault(error) })
    // Closed at once, the visitor's next words would meet a dead end, and the answer be lost with them.
    this.#socket.end()
    const patience = setTimeout(() => this.#socket.destroy(), CLOSE_MS_MAX)
    this.#socket.once('close', () => clearTimeout(patience))
  }

  #take(frame: RequestFrame): void {
    const known = this.#underWay.get(frame.id)
    if ('cancel' in frame) known?.controller.abort()
    else if (known !== undefined) throw new MalformedError(`request ${frame.id} is under way already`)
    else if (this.#underWay.size >= REQUESTS_MAX) this.#tellBusy(frame.id)
    else this.#start(frame)
  }

  #start(frame: CallFrame): void {
    const controller = new AbortController()
    const done = this.#answer(frame, controller.signal).finally(() => this.#underWay.delete(frame.id))
    this.#underWay.set(frame.id, { controller, done })
  }

  #tellBusy(id: number): void {
    const error = new FolkmootError('busy', `${REQUESTS_MAX} requests are under way on this connection`)
    void this.#send({ id, error: toFault(error) })
    // Whoever asks without end and never reads must not fill our memory with refusals.
    if (this.#socket.writableNeedDrain) this.#socket.destroy()
  }

  async #answer(frame: CallFrame, signal: AbortSignal): Promise<void> {
    const { id, method, params } = frame
    try {
      const operating = operate(await this.#node(), method, params, this.#context(id, signal))
      if (operating.kind === 'call') {
        await this.#send({ id, result: (await operating.result) ?? null })
        return
      }
      for await (const item of untilAborted(operating.items, signal)) await this.#send({ id, item })
      await this.#send({ id, end: true })
    } catch (error) {
      await this.#send({ id, error: toFault(error) })
    }
  }

  async #node(): Promise<MemoryNode> {
    if (this.#visit === undefined) throw notGreeted()
    return this.#visit.node()
  }

  #context(id: number, signal: AbortSignal): OperationContext {
    const onProgress = (done: number, total: number) => {
      if (!this.#socket.writableNeedDrain) void this.#send({ id, progress: [done, total] })
    }
    const { onDown } = this.#visit?.isOwner === true ? this.#options : REFUSED
    return { ...(onDown === undefined ? {} : { onDown }), signal, onProgress }
  }

  /** Resolves when there is room for more. */
  async #send(frame: ResponseFrame): Promise<void> {
    if (!this.#socket.writable) return
    if (this.#socket.write(encode(frame))) return
    this.#drained ??= new Promise(resolve => {
      const done = () => {
        this.#socket.off('drain', done).off('close', done)
        this.#drained = undefined
        resolve()
      }
      this.#socket.on('drain', done).on('close', done)
    })
    await this.#drained
  }
}

/** Only the owner may stop the node. */
const REFUSED: SocketOptions = {
  onDown: async () => {
    throw new FolkmootError('forbidden', 'a visitor may not stop the node')
  },
}

function notGreeted(): FolkmootError {
  return new FolkmootError('forbidden', 'a visitor greets first, with {auth: TOKEN}')
}

function encode(frame: ResponseFrame): string {
  const line = stringify(frame)
  if (line === undefined || line.length > RESPONSE_BYTES_MAX) {
    throw new FolkmootError('too-large', 'the answer is too large for one line: ask for less')
  }
  return `${line}\n`
}

/** Undefined if the text would be longer than any string can be. */
function stringify(frame: ResponseFrame): string | undefined {
  try {
    return JSON.stringify(frame)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
