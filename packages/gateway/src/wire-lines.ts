import { WireError } from './errors.ts'

const NEWLINE = 0x0a

/** Cuts bytes, as they come, into lines. Holds at most one unfinished line of `bytesMax`. */
export class LineCutter {
  readonly #bytesMax: number
  #parts: Buffer[] = []
  #size = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** @throws WireError `too-large` */
  *push(chunk: Buffer): Generator<Buffer> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end))
      start = end + 1
      yield this.rest()
    }
    this.#keep(chunk.subarray(start))
  }

  /** What came after the last newline; afterwards nothing is held. */
  rest(): Buffer {
    const line = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts)
    this.#parts = []
    this.#size = 0
    return line
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#size += part.length
    if (this.#size > this.#bytesMax)
      throw new WireError('too-large', `a line is over ${this.#bytesMax} bytes`)
    this.#parts.push(part)
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** @throws WireError `malformed` if the bytes are not UTF-8 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new WireError('malformed', 'not UTF-8')
  }
}
