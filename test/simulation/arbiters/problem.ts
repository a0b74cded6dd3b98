export type ProblemKind =
  | 'not quiet'
  | 'diverged'
  | 'lost value'
  | 'lost write'
  | 'stuck in claimed'
  | 'settled twice'
  | 'not settled'
  | 'broken chain'
  | 'one frontier, two roots'
  | 'not what its entries say'
  | 'counts though taken back'
  | 'judged without the right'
  | 'forbidden read'
  | 'counts beyond its end'
  | 'not erased'
  | 'forgotten in a restart'

export interface Problem {
  readonly kind: ProblemKind
  readonly detail: string
}
