import { createReadStream, statSync } from 'node:fs'
import { LineCutter } from '@folkmoot/gateway/client'
import { codeOf, RefusedError } from '../fault.ts'
import type { Surroundings } from '../surroundings.ts'

/** One memory as JSON, at its largest: 64 KiB of text that JSON must escape throughout, and its tags. */
export const LINE_BYTES_MAX = 1024 * 1024

/** Tab, carriage return and space, which JSON does not look at either. */
const BLANKS: readonly number[] = [0x09, 0x0d, 0x20]

export interface Line {
  /** Counted from 1, as editors do. */
  readonly number: number
  /** Undefined if it is longer than any memory; then it is the last that is read. */
  readonly bytes: Buffer | undefined
  /** How much of the source has been read, this line included. */
  readonly end: number
}

export interface LineSource {
  readonly lines: AsyncIterable<Line>
  /** In bytes; 0 if nobody knows. */
  readonly size: number
}

/** A file, or stdin for `-`. @throws RefusedError */
export function openLines(path: string, { stdin }: Pick<Surroundings, 'stdin'>): LineSource {
  if (path === '-') return { lines: cut(stdin), size: 0 }
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new RefusedError(`no file ${path}`)
  if (found.isDirectory()) throw new RefusedError(`${path} is a directory`)
  return { lines: cut(createReadStream(path)), size: found.size }
}

/** Blank lines are counted and left out. */
async function* cut(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const cutter = new LineCutter(LINE_BYTES_MAX)
  let number = 0
  let end = 0
  for await (const chunk of source) {
    try {
      for (const bytes of cutter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) {
        number += 1
        end += bytes.length + 1
        if (!isBlank(bytes)) yield { number, bytes, end }
      }
    } catch (error) {
      if (codeOf(error) !== 'too-large') throw error
      yield { number: number + 1, bytes: undefined, end }
      return
    }
  }
  const bytes = cutter.rest()
  if (!isBlank(bytes)) yield { number: number + 1, bytes, end: end + bytes.length }
}

/** Also what an editor of another system ends its lines with. */
function isBlank(bytes: Buffer): boolean {
  return bytes.every(byte => BLANKS.includes(byte))
}
