import { decodeText, type Params } from '@folkmoot/gateway/client'
import { RefusedError, UsageError } from '../fault.ts'
import type { Surroundings } from '../surroundings.ts'
import { lossIn } from './exact-json.ts'

type Json = Params<'remember'>['value']

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

/**
 * What is to be said: a statement, or with `json` what it says as JSON. Sizes and depth are for the node to check.
 * @throws UsageError if it is not JSON, or says what cannot be kept as it is
 */
export async function readValue(
  word: string,
  json: boolean | undefined,
  around: Pick<Surroundings, 'stdin'>,
): Promise<Json> {
  const text = await readStatement(word, around)
  return json === true ? parseJson(text) : text
}

function parseJson(text: string): Json {
  const value = attempt(() => JSON.parse(text) as Json, 'not JSON')
  if (value === null) throw new UsageError('--json-value: null says nothing (moot retract ends a memory)')
  const loss = lossIn(text)
  if (loss !== undefined) throw new UsageError(`--json-value: ${loss}`)
  // It is read to any depth, and sent only as deep as the stack goes.
  attempt(() => JSON.stringify(value), 'nested too deep')
  return value
}

/** @throws UsageError */
function attempt<Result>(step: () => Result, otherwise: string): Result {
  try {
    return step()
  } catch (error) {
    throw new UsageError(`--json-value: ${otherwise} (${(error as Error).message})`)
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return decodeText(bytes)
  } catch {
    throw new RefusedError('stdin is not UTF-8 text')
  }
}
