/** From a statement to what the ladder compares. */
import { ceilingOf } from './ceilings.ts'
import { dutyOf } from './duties.ts'
import { claimOf } from './frames.ts'
import { NORMALISED_LENGTH_MAX, READ_LENGTH_MAX } from './limits.ts'
import { moodOf } from './mood.ts'
import { prepare } from './prepare.ts'
import { Reader } from './reader.ts'
import type { Reading } from './reading.ts'
import type { Statement } from './statement.ts'
import { word } from './token.ts'
import { compatible, normalise, type Raw, tokenise } from './tokenise.ts'
import { TRAIT, traitsOf } from './traits.ts'

export function read(statement: Statement): Reading {
  const given = withKey(statement)
  const huge = given.length > NORMALISED_LENGTH_MAX
  const whole = huge ? given : compatible(given)
  const long = whole.length > READ_LENGTH_MAX
  const normal = huge ? whole : normalise(whole)
  const raws = long ? [] : prepare(tokenise(whole))
  const { bits, tongue } = traitsOf(raws)
  const colon = keyEnd(raws)
  const key = raws.slice(0, Math.max(colon, 0))
  const reader = new Reader(colon < 0 ? raws : raws.slice(colon + 1), tongue).read()
  const names = key.map(({ text }) => word(text))
  const isKeyed = colon > 0 && !isCorrection(key)
  return {
    normal,
    long,
    mood: bits & TRAIT.mood ? moodOf(raws) : 'plain',
    tokens: isKeyed ? [...names, ...reader.tokens] : reader.tokens,
    verbAt: isKeyed ? names.length : reader.verbAt,
    verb: isKeyed ? 'be' : reader.verb,
    passive: reader.passive,
    past: reader.past,
    negative: reader.negations % 2 === 1,
    negations: reader.negations,
    universal: /^(no|nobody|nothing|none)$/.test(raws[0]?.text ?? ''),
    never: (bits & TRAIT.never) !== 0,
    hedged: reader.hedged,
    preposition: reader.preposition,
    ended: reader.ended,
    correcting: reader.correcting || (colon > 0 && isCorrection(key)),
    rejected: reader.rejected,
    attribute: isKeyed ? (names.at(-1)?.key ?? null) : reader.attribute,
    keyed: isKeyed,
    uniqueRole: reader.uniqueRole,
    naming: reader.naming,
    claim: claimOf(raws),
    duty: bits & TRAIT.duty ? dutyOf(raws, reader.verb) : null,
    ceiling: bits & TRAIT.ceiling ? ceilingOf(raws) : null,
    relativeDay: (bits & TRAIT.relativeDay) !== 0,
    firstPerson: (bits & TRAIT.firstPerson) !== 0,
  }
}

/** One word, or a number with its unit: a value that says nothing without its key. */
const BARE = /^(\S+|\d\S*\s+\S+)$/
/** Words of a name before a colon. */
const KEY_WORDS_MAX = 4

/** A bare value is of its key: `8080` under `api/port` reads `api port: 8080`. */
function withKey({ text, key }: Statement): string {
  if (key === undefined || key === null || text.length > READ_LENGTH_MAX) return text
  return BARE.test(text.trim()) && !text.includes(':')
    ? `${key.slice(0, READ_LENGTH_MAX).replace(/[^\p{L}\p{N}]+/gu, ' ')}: ${text}`
    : text
}

/** Where the sign of `key: value` or `key=value` is; -1 if the text is not of that form. */
function keyEnd(raws: readonly Raw[]): number {
  const at = raws.findIndex(({ text }) => text === ':' || text === '=')
  if (at < 1 || at > KEY_WORDS_MAX || at === raws.length - 1) return -1
  return raws.slice(0, at).every(({ sort }) => sort === 'word') ? at : -1
}

const isCorrection = (key: readonly Raw[]): boolean =>
  /^(correction|update|note|fact)$/.test(key[0]?.text ?? '')
