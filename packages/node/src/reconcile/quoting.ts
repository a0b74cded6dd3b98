import { CONNECTING_WORDS } from '@folkmoot/arbiter'
import { canonicalJson, type Json } from '@folkmoot/core'

/** What is kept of a reason: a sentence or two. */
const REASON_LENGTH_MAX = 500
/** Shorter words are grammar more often than content, as connecting ones are; a number is content however short. */
const WORD_LENGTH_MIN = 4

/** Said in place of a reason that repeats what a memory says. */
export const UNQUOTED = 'its reason quotes other memories, and is not kept'

/**
 * A reason as it may be kept in one memory: erasing another must not leave its words there. One that has a word of
 * the others which the memory itself and the statement do not have is not kept at all.
 */
export function keepable(reason: string, own: readonly Json[], others: readonly Json[]): string {
  return quotes(reason, own, others) ? UNQUOTED : reason.slice(0, REASON_LENGTH_MAX).toWellFormed()
}

/** True if it has a word of the others that is not among the own ones. */
export function quotes(text: string, own: readonly Json[], others: readonly Json[]): boolean {
  const allowed = new Set(own.flatMap(wordsIn))
  const foreign = new Set(others.flatMap(wordsIn).filter(word => !allowed.has(word)))
  return wordsIn(text).some(word => foreign.has(word))
}

function wordsIn(value: Json): readonly string[] {
  const text = typeof value === 'string' ? value : canonicalJson(value)
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.filter(
    word => (word.length >= WORD_LENGTH_MIN && !CONNECTING_WORDS.has(word)) || /\p{N}/u.test(word),
  )
}
