/** The kinds of things that options take. */
import { limits } from '@folkmoot/core'
import { isObject, kind, listOf } from './check.ts'

export const text = kind('text', input => typeof input === 'string')
export const texts = listOf('texts', text)
export const flag = kind('true or false', input => typeof input === 'boolean')
export const share = kind('a number from 0 to 1', input => isNumber(input) && input >= 0 && input <= 1)
/** How many there are to be at most. */
export const limit = kind(
  'a whole number from 1 on',
  input => Number.isSafeInteger(input) && Number(input) >= 1,
)
export const natural = kind(
  'a whole number from 0 on',
  input => Number.isSafeInteger(input) && Number(input) >= 0,
)
export const amount = kind('a number from 0 on', input => isNumber(input) && input >= 0)
export const moment = kind('milliseconds since 1970', isNumber)
export const bytes = kind('bytes', input => input instanceof Uint8Array)
export const anything = kind('anything', () => true)

const WHOLE_ID = /^[0-9a-f]{32}$/
/** Of a memory; a key or the beginning of an id does not do. */
export const wholeId = kind(
  'the whole id of a memory',
  input => typeof input === 'string' && WHOLE_ID.test(input),
)

const HASH = /^[0-9a-f]{64}$/

export const asOf = kind(
  'milliseconds since 1970, or a list of whole entry hashes',
  input => isNumber(input) || (Array.isArray(input) && input.length > 0 && input.every(isHash)),
)

export const signal = kind(
  'an AbortSignal',
  input =>
    isObject(input) && typeof input.aborted === 'boolean' && typeof input.addEventListener === 'function',
)

export const ack = kind(
  '"local", "majority" or a number of nodes from 1 on',
  input => input === 'local' || input === 'majority' || (Number.isSafeInteger(input) && Number(input) >= 1),
)

/** A memory says something: null would read as one that was retracted. */
export const value = kind(
  `what JSON can hold, other than null, at most ${limits.DEPTH_MAX} levels deep`,
  input => input !== null && isJson(input, limits.DEPTH_MAX),
)

export const metadata = kind(
  'an object of what JSON can hold',
  input => isObject(input) && isJson(input, limits.DEPTH_MAX),
)

/** @param input never followed further down than this, so that what holds itself comes to an end */
function isJson(input: unknown, levels: number): boolean {
  if (input === null || typeof input === 'string' || typeof input === 'boolean') return true
  if (typeof input === 'number') return Number.isFinite(input)
  if (levels === 0) return false
  if (Array.isArray(input)) return input.every(item => isJson(item, levels - 1))
  // A date or a map would be stored as an object without fields.
  return (
    Object.prototype.toString.call(input) === '[object Object]' &&
    Object.values(input as object).every(item => isJson(item, levels - 1))
  )
}

export function oneOf(...words: readonly (string | boolean)[]) {
  return kind(`one of ${words.map(word => JSON.stringify(word)).join(', ')}`, input =>
    words.includes(input as string),
  )
}

function isNumber(input: unknown): input is number {
  return Number.isFinite(input)
}

function isHash(input: unknown): boolean {
  return typeof input === 'string' && HASH.test(input)
}
