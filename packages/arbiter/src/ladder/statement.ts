/** What is compared, and what comes out. */

/** One note, as somebody said it. */
export interface Statement {
  readonly text: string
  /** Its name, if it has one. For a bare value such as `8080` it says what the value is of. */
  readonly key?: string | null
  /** Milliseconds since 1970: when it was said. */
  readonly at?: number
  /** Milliseconds since 1970: from when on it holds, that moment included. */
  readonly validFrom?: number
  /** Milliseconds since 1970: until when it holds, that moment excluded. */
  readonly validUntil?: number
  readonly agent?: string
  /** Whom or what it is about, if the author said so. */
  readonly entities?: readonly string[]
}

/** The rungs of the ladder, by what they look at. */
export type Rung =
  | 'text'
  | 'mood'
  | 'time'
  | 'subject'
  | 'order'
  | 'polarity'
  | 'antonym'
  | 'value'
  | 'attribute'
  | 'containment'
  | 'overlap'

/** Never a word of the statements: evidence is kept where what is remembered may not be. */
export interface Evidence {
  readonly test: Rung
  /** The kind of difference: `numbers differ`. */
  readonly detail: string
}

/**
 * `same`: nobody needs both. `refines`: one says all that the other says, and more. `contradicts`: they cannot both hold
 * of one moment. `unrelated`: both can hold, or nothing is known.
 */
export interface Relation {
  readonly relation: 'same' | 'refines' | 'contradicts' | 'unrelated'
  /** Of `refines`: which of the two says more. */
  readonly finer: 'a' | 'b' | null
  /** 0 to 1: how much speaks for the relation; of `unrelated` the share of words in common. */
  readonly score: number
  readonly evidence: readonly Evidence[]
}
