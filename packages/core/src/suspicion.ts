/** A suspicion that two memories contradict each other: what a note says of it. Never acted on without a judgement. */
import type { DocumentId, EntryHash } from './ids.ts'
import { IMPORTANCE } from './importance.ts'
import type { Json } from './json.ts'

/** The register that holds it. */
export const SUSPICION = 'suspicion'

export interface Suspicion {
  /** In order of their ids. */
  readonly records: readonly [DocumentId, DocumentId]
  /** Kinds of difference, never what the memories say: erasing them must leave nothing of it here. */
  readonly evidence: readonly { readonly test: string; readonly detail: string }[]
  /** 0 to 1: how sure whoever compared them is. */
  readonly score: number
  /** 0 to 1: that of the more important one. */
  readonly importance: number
  /** Entries of the contents that were compared, in the same order; null if nobody said. */
  readonly of: readonly [EntryHash, EntryHash] | null
}

/** Of a suspicion that does not say how sure it is. */
const SCORE = 0.5
const ID = /^[0-9a-f]{32}$/
const ENTRY = /^[0-9a-f]{64}$/

/** The key of the note about two memories, without the prefix of notes. */
export function suspicionName(a: DocumentId, b: DocumentId): string {
  return `suspicion/${[a, b].sort().join('/')}`
}

/** Undefined if it is none: any member can write a note. */
export function suspicionIn(value: Json): Suspicion | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const { records, evidence, score, importance, of } = value as { readonly [key: string]: Json }
  if (!Array.isArray(records) || records.length !== 2) return undefined
  const [one, other] = records as Json[]
  if (typeof one !== 'string' || typeof other !== 'string' || !ID.test(one) || !ID.test(other))
    return undefined
  return {
    records: [one as DocumentId, other as DocumentId],
    evidence: Array.isArray(evidence) ? evidence.flatMap(evidenceIn) : [],
    score: share(score, SCORE),
    importance: share(importance, IMPORTANCE),
    of: entriesIn(of),
  }
}

function evidenceIn(value: Json): Suspicion['evidence'] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return []
  const { test, detail } = value as { readonly [key: string]: Json }
  return typeof test === 'string' && typeof detail === 'string' ? [{ test, detail }] : []
}

function entriesIn(value: Json | undefined): Suspicion['of'] {
  if (!Array.isArray(value) || value.length !== 2) return null
  const [one, other] = value as Json[]
  if (typeof one !== 'string' || typeof other !== 'string' || !ENTRY.test(one) || !ENTRY.test(other))
    return null
  return [one as EntryHash, other as EntryHash]
}

function share(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : otherwise
}
