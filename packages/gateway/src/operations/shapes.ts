/** The JSON that doors answer with. Times are ISO 8601, nodes are PeerIds; these shapes are a contract with scripts. */
import type { Json, Resolution } from '@folkmoot/core'
import type {
  Authorship,
  BlockReport,
  Candidate,
  ConflictReport,
  EraseReport,
  Event,
  Memory,
  Written,
} from '@folkmoot/node'

/** The last moment that a Date can hold. */
const MS_MAX = 8.64e15

export function isoTime(ms: number): string {
  return new Date(Math.min(MS_MAX, Math.max(-MS_MAX, ms))).toISOString()
}

export function authorShape({ node, name, agent, at, entry }: Authorship) {
  return { node, name, agent, at: isoTime(at), entry }
}

export type CandidateShape = ReturnType<typeof candidateShape>
export function candidateShape({ value, node, agent, at, entry }: Candidate) {
  return { value, node, agent, at: isoTime(at), entry }
}

export type MemoryShape = ReturnType<typeof memoryShape>
export function memoryShape(memory: Memory) {
  const { why, ...author } = memory.provenance
  return {
    id: memory.id,
    key: memory.key,
    scope: memory.scope,
    kind: memory.kind,
    value: memory.value,
    status: memory.status,
    siblings: memory.siblings.map(candidateShape),
    tags: memory.tags,
    confidence: memory.confidence,
    provenance: {
      ...authorShape(author),
      reason: why?.reason ?? null,
      onBehalfOf: why?.onBehalfOf ?? null,
      source: why?.source ?? null,
      resources: why?.resources ?? [],
      derivedFrom: why?.derivedFrom ?? [],
    },
    heads: memory.heads,
  }
}

export type EventShape = ReturnType<typeof eventShape>
export function eventShape({ op, value, node, agent, at, reason, entry }: Event) {
  return { op, value, node, agent, at: isoTime(at), reason, entry }
}

export interface ConflictShape {
  readonly id: string
  readonly record: string
  readonly key: string | null
  readonly scope: string
  readonly status: ConflictReport['status']
  /** Oldest first; `resolve` picks one by its place, counted from 1. */
  readonly candidates: readonly CandidateShape[]
  readonly resolution: ResolutionShape | null
}

export interface ResolutionShape {
  readonly kind: Resolution['kind']
  readonly value: Json
  readonly node: string
  readonly agent: string
  readonly at: string
  readonly entry: string
  readonly reason: string | null
}

export function conflictShape(conflict: ConflictReport): ConflictShape {
  const { id, record, key, scope, status, resolution } = conflict
  const candidates = conflict.candidates.map(candidateShape)
  return {
    id,
    record,
    key,
    scope,
    status,
    candidates,
    resolution: resolution === null ? null : resolutionShape(resolution),
  }
}

function resolutionShape(resolution: Resolution & Authorship): ResolutionShape {
  const { kind, value, node, agent, at, entry, reason } = resolution
  return { kind, value, node, agent, at: isoTime(at), entry, reason }
}

export function erasureShape({ id, entry, at, receipts, pending }: EraseReport) {
  const confirmed = receipts.map(({ node, at }) => ({ node, at: isoTime(at) }))
  return { id, entry, at: isoTime(at), receipts: confirmed, pending }
}

export function changedShape({ id, entry, heads }: Written) {
  return { id, entry, heads }
}

export type BlockShape = ReturnType<typeof blockShape>
export function blockShape({ id, key, scope, text, heads, updatedAt }: BlockReport) {
  return { id, key, scope, text, heads, at: isoTime(updatedAt) }
}
