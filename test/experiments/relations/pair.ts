/** What a labelled pair is, and which of them stay out of sight while the rules are made. */
import type { Statement } from '@folkmoot/arbiter'

export type Label = 'same' | 'refines' | 'contradicts' | 'unrelated'

/**
 * Labelled by how a careful reader takes the two for notes of one memory:
 * `same`: nobody would keep both. `refines`: one follows from the other, which says more. `contradicts`: both cannot
 * hold of one moment, so that a reader has to ask which does. `unrelated`: both can hold.
 */
export type Pair = readonly [
  a: string | Statement,
  b: string | Statement,
  label: Label,
  /** What makes it easy (`plain`, `negation`, `number`, `date`) or hard. */
  tag: string,
]

/** Every third pair of the whole set, by its place in it. */
export const isHeldOut = (place: number): boolean => place % 3 === 2
