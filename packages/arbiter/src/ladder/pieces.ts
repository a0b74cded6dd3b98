/** Looking at the pieces of a text by their place. */
import type { Token } from './token.ts'
import type { Raw } from './tokenise.ts'
import { UNITS } from './words/measures.ts'

export interface ReadValue {
  readonly token: Token
  /** Pieces that it took. */
  readonly taken: number
}

/** Empty outside of the text. */
export const textAt = (raws: readonly Raw[], i: number): string => raws[i]?.text ?? ''

/** A whole number of up to `max`, or null. */
export const smallNumber = (raw: Raw | undefined, max: number): number | null =>
  raw?.sort === 'number' && /^\d+$/.test(raw.text) && Number(raw.text) <= max ? Number(raw.text) : null

/** The ending of `3rd`. */
export const isOrdinal = (raw: Raw | undefined): boolean =>
  raw?.glued === true && /^(st|nd|rd|th)$/.test(raw.text)
export const isUnit = (raws: readonly Raw[], i: number): boolean => UNITS.has(textAt(raws, i))
