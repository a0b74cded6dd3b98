/** A statement as the ladder sees it. */
import type { Token } from './token.ts'

export type Mood = 'plain' | 'question' | 'hypothetical' | 'reported'

/** One value of one attribute. */
export interface Claim {
  readonly attribute: string
  /** Its value is a holder: `owner`. */
  readonly isRole: boolean
  readonly owner: readonly Token[]
  readonly value: readonly Token[]
}

/** Whether something may be done. */
export interface Duty {
  readonly force: 'permit' | 'forbid' | 'oblige' | 'exempt'
  /** What is done to what: words, in the order of the alphabet. */
  readonly action: string
}

/** The most that there may be. */
export interface Ceiling {
  /** Infinity: there is no limit. */
  readonly amount: number
  /** Null: of any. */
  readonly dimension: string | null
  /** Of what: words, in the order of the alphabet. */
  readonly about: string
}

export interface Reading {
  /** Equal for texts that are the same but for case, spaces and the last full stop. */
  readonly normal: string
  /** Too long to be read: only `normal` counts. */
  readonly long: boolean
  readonly mood: Mood
  /** What it says, in order, without what is said by the fields below. */
  readonly tokens: readonly Token[]
  /** Tokens before this one say whom or what it is about; null if no verb was found. */
  readonly verbAt: number | null
  /** `be` and verbs that are not known have no token of their own. */
  readonly verb: string | null
  /** `is owned by`. */
  readonly passive: boolean
  readonly past: boolean
  /** The small word right after the verb: `at` of `works at`. */
  readonly preposition: string | null
  readonly negative: boolean
  /** How often something is denied in it. */
  readonly negations: number
  /** Denies it of all: `no backup failed`. */
  readonly universal: boolean
  /** Denies it of all times. */
  readonly never: boolean
  /** Says that something is over: `no longer`, `used to`, `quit`. */
  readonly ended: boolean
  readonly hedged: boolean
  /** Says that it replaces something. */
  readonly correcting: boolean
  /** What it says is not so, or no more: `YAML instead of TOML`, `moved from Tuesday to Thursday`. */
  readonly rejected: readonly Token[]
  /** `The colour of X is`, `X's colour is`, `colour: `. */
  readonly attribute: string | null
  /** Written `key: value`. */
  readonly keyed: boolean
  /** `is the lead of`. */
  readonly uniqueRole: boolean
  /** `is called`. */
  readonly naming: boolean
  /** What it says, if it is that an attribute has a value. */
  readonly claim: Claim | null
  readonly duty: Duty | null
  readonly ceiling: Ceiling | null
  /** Says `today`, or another day that depends on when it was said. */
  readonly relativeDay: boolean
  readonly firstPerson: boolean
}
