/** Texts from elsewhere, made harmless for a prompt or a terminal. */
import { stripVTControlCharacters } from 'node:util'

/** Read by models and not seen by people: formats, tags, marks of direction, fillers, selectors of variants. */
const HIDDEN = /\p{Default_Ignorable_Code_Point}|\p{Cf}/gu

/** Formats with a shape of their own, such as signs around Arabic numbers. */
const SHAPED = /^[\u0600-\u0605\u06dd\u070f\u08e2]$/

/**
 * Text without characters that people do not see. Other control characters than line breaks and tabs become visible
 * signs, unpaired surrogates the replacement character.
 */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(HIDDEN, (char: string, at: number, whole: string) => (isNeeded(char, at, whole) ? char : ''))
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, visibleControl)
}

/** One paragraph for people, without what a terminal obeys and without links. */
export function paragraph(text: string, max: number): string {
  // What is far longer is cut first, so that no text takes long.
  const start = stripVTControlCharacters(text.slice(0, max * 4).toWellFormed())
  const plain = visibleText(start.replace(/[^\P{Cc}\s]/gu, '')).replace(LINK, '(link)')
  return shorten(plain.replace(/\s+/gu, ' ').trim(), max)
}

const LINK =
  /!?\[[^\]]*\]\([^)]*\)|\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+|\bwww\.\S+|\b(?:data|javascript|mailto):\S+/giu

/** Characters without a meaning of their own: private use, and what Unicode has not assigned. */
const MEANINGLESS = /[\p{Co}\p{Cn}]/u

/** Whether people see all that a model would read in it. */
export function isVisible(text: string): boolean {
  return text === visibleText(text) && !MEANINGLESS.test(text)
}

/** At most `max` characters, the last an ellipsis if something is missing. Never half a surrogate pair. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text
  const start = text.slice(0, max - 1)
  return `${/[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start}…`
}

/** Joiners between letters or emoji, and the choice of how an emoji looks right after it. */
function isNeeded(char: string, at: number, whole: string): boolean {
  if (SHAPED.test(char)) return true
  const before = whole.slice(Math.max(0, at - 2), at)
  if (char === '\ufe0e' || char === '\ufe0f') return /[\p{Emoji}\p{S}]$/u.test(before)
  if (char !== '\u200c' && char !== '\u200d') return false
  return (
    /(?:\p{L}|\p{M}|\p{Emoji}|\ufe0f)$/u.test(before) &&
    /^(?:\p{L}|\p{Emoji})/u.test(whole.slice(at + 1, at + 3))
  )
}

function visibleControl(char: string): string {
  const code = char.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '␡' : '\ufffd'
}
