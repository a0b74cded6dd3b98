/** Frames on a stream of bytes: four bytes of length, big endian, then the frame. */
import { TooLargeError } from '@folkmoot/core'

const HEADER_BYTES = 4

export function frame(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(HEADER_BYTES + bytes.length)
  new DataView(framed.buffer).setUint32(0, bytes.length)
  framed.set(bytes, HEADER_BYTES)
  return framed
}

/** Puts frames together from chunks of any size. A frame over the cap is refused as soon as its length is read. */
export class FrameReader {
  readonly #bytesMax: number
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerFilled = 0
  #body: Uint8Array | undefined
  #bodyFilled = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The frames that `chunk` completes. @throws TooLargeError */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const frames: Uint8Array[] = []
    let at = 0
    while (at < chunk.length) {
      if (this.#body === undefined) {
        const taken = fill(this.#header, this.#headerFilled, chunk, at)
        at += taken
        this.#headerFilled += taken
        if (this.#headerFilled < HEADER_BYTES) break
        this.#begin()
      }
      const body = this.#body as Uint8Array | undefined
      if (body === undefined) continue
      const taken = fill(body, this.#bodyFilled, chunk, at)
      at += taken
      this.#bodyFilled += taken
      if (this.#bodyFilled < body.length) break
      frames.push(body)
      this.#body = undefined
      this.#headerFilled = 0
    }
    return frames
  }

  #begin(): void {
    const length = new DataView(this.#header.buffer).getUint32(0)
    if (length === 0 || length > this.#bytesMax) throw new TooLargeError('frame', length, this.#bytesMax)
    this.#body = new Uint8Array(length)
    this.#bodyFilled = 0
  }
}

function fill(target: Uint8Array, filled: number, chunk: Uint8Array, at: number): number {
  const taken = Math.min(target.length - filled, chunk.length - at)
  target.set(chunk.subarray(at, at + taken), filled)
  return taken
}
