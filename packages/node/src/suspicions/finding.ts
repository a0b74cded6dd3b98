import type { Relation } from '@folkmoot/arbiter'
import type { DocumentRow } from '@folkmoot/core'

/** Two memories that say the same, or one more than the other, or cannot both be true. */
export interface Match<Row extends Pick<DocumentRow, 'id' | 'scope'> = Pick<DocumentRow, 'id' | 'scope'>> {
  readonly relation: 'same' | 'refines' | 'contradicts'
  /** In order of their ids. */
  readonly rows: readonly [Row, Row]
  /** Of `refines`, the place of the one that says more. */
  readonly finer: 0 | 1 | null
  /** 0 to 1: how much speaks for it. */
  readonly score: number
  /** Kinds of difference, never what the memories say. */
  readonly evidence: Relation['evidence']
}

/** With the memories as they are. */
export type Finding = Match<DocumentRow>
