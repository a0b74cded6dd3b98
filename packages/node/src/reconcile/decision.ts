/** What was decided about a statement before it was written, as it is kept in the same change. */
import type { Operation } from '@folkmoot/arbiter'
import type { DocumentId, Json } from '@folkmoot/core'

/** The register that holds it. It describes the memory and is never in dispute. */
export const DECISION = 'decision'

export interface Decided {
  readonly op: Operation
  /** Who decided: `ladder`, or the model's name. */
  readonly by: string
  readonly reason: string
  /** 0 to 1. */
  readonly confidence: number
  /** Memories that it was compared with. */
  readonly basis: readonly DocumentId[]
  /** Of these the one that it is about. */
  readonly target: DocumentId | null
}

const OPERATIONS = ['ADD', 'UPDATE', 'DELETE', 'NOOP'] as const
const ID = /^[0-9a-f]{32}$/

/** Undefined if it is none: any member can write such a register. */
export function decisionIn(value: Json): Decided | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const { op, by, reason, confidence, basis, target } = value as { readonly [key: string]: Json }
  const known = OPERATIONS.find(name => name === op)
  if (known === undefined || typeof by !== 'string' || typeof reason !== 'string') return undefined
  return {
    op: known,
    by,
    reason,
    confidence: typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : 0,
    basis: Array.isArray(basis) ? (basis as Json[]).filter(isId) : [],
    target: isId(target ?? null) ? (target as DocumentId) : null,
  }
}

function isId(value: Json): value is DocumentId {
  return typeof value === 'string' && ID.test(value)
}
