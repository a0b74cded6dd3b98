import { decodeText } from '@folkmoot/gateway/client'
import { RefusedError } from '../fault.ts'
import type { Surroundings } from '../surroundings.ts'

/** What is read of stdin for one text: more than any memory holds, so that the node can say what its limit is. */
const STDIN_BYTES_MAX = 1024 * 1024

/** A text as typed, or stdin for `-`. @throws RefusedError if stdin is not UTF-8 or is too large */
export async function readText(word: string, { stdin }: Pick<Surroundings, 'stdin'>): Promise<string> {
  if (word !== '-') return word
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of stdin) {
    size += part.length
    if (size <= STDIN_BYTES_MAX) parts.push(part)
  }
  if (size > STDIN_BYTES_MAX)
    throw new RefusedError(`text in bytes is ${size}: more than one memory can hold`)
  return decode(Buffer.concat(parts))
}

/** A memory is a statement: the newline that `echo` adds is not part of it. */
export async function readStatement(word: string, around: Pick<Surroundings, 'stdin'>): Promise<string> {
  const text = await readText(word, around)
  return word === '-' ? text.replace(/\r?\n$/, '') : text
}

function decode(bytes: Uint8Array): string {
  try {
    return decodeText(bytes)
  } catch {
    throw new RefusedError('stdin is not UTF-8 text')
  }
}
