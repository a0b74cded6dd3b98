/** What a statement is made of, once it is read. */

export interface Quantity {
  readonly type: 'quantity'
  readonly dimension: string
  readonly amount: number
  /** The same with a kilobyte of 1000 bytes; else as `amount`. */
  readonly decimal: number
  /** `<`: that much at most. `>`: at least. */
  readonly bound: '<' | '>' | null
  readonly hedged: boolean
}

/** What is not known of it is null. */
export interface Day {
  readonly type: 'day'
  readonly year: number | null
  readonly month: number | null
  readonly day: number | null
  readonly quarter: number | null
}

/** Two of these with other keys differ. */
export interface Fixed {
  readonly type: 'time' | 'weekday' | 'weekdays' | 'code'
}

export type Value = Quantity | Day | Fixed

export interface Token {
  /** Equal for what means the same. */
  readonly key: string
  readonly value: Value | null
  /** Written with a capital letter, and not for being the first word. */
  readonly proper: boolean
  /** Of one writing system without spaces: a character, not a word. */
  readonly character: boolean
  /** The small word right before it, if that is left out: `in` of `lives in Oslo`. */
  readonly preposition: string | null
}

export const word = (key: string, proper = false, preposition: string | null = null): Token => ({
  key,
  value: null,
  proper,
  character: false,
  preposition,
})

export const valued = (key: string, value: Value, preposition: string | null = null): Token => ({
  key,
  value,
  proper: false,
  character: false,
  preposition,
})

export const characterOf = (key: string): Token => ({
  key,
  value: null,
  proper: false,
  character: true,
  preposition: null,
})
