import type { DocumentId, EntryHash } from './ids.ts'
import type { DocumentRow } from './row.ts'
import type { Appended, Changed } from './work.ts'

/** What a transaction has brought so far, and whom to tell once it is committed. */
export interface Outcome {
  readonly appended: Appended[]
  readonly changed: Changed[]
  readonly admitted: EntryHash[]
  /** Rows as the transaction leaves them. */
  readonly rows: Map<DocumentId, DocumentRow>
  readonly done: (() => void)[]
  /** Who may hold what may have changed, or where logs end. */
  accessChanged: boolean
  /** An erasure was announced. */
  toForget: boolean
}

export function newOutcome(): Outcome {
  return {
    appended: [],
    changed: [],
    admitted: [],
    rows: new Map(),
    done: [],
    accessChanged: false,
    toForget: false,
  }
}
