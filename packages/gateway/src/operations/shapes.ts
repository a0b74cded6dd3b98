/** The JSON that doors answer with. Times are ISO 8601, nodes are PeerIds; these shapes are a contract with scripts. */
import type {
  Authorship,
  BlockReport,
  Candidate,
  EraseReport,
  Event,
  Memory,
  Settled,
  Stale,
  Verification,
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
export function candidateShape({ value, node, agent, at, entry, caution, verdict }: Candidate) {
  return { value, node, agent, at: isoTime(at), entry, caution, ...verdictShape(verdict) }
}

/** Only where a judge put the value there. */
export function verdictShape(verdict: Candidate['verdict']) {
  return verdict && { verdict: { judge: verdict.judge, statedBy: verdict.statedBy.map(authorShape) } }
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
    claim: memory.claim,
    verified: memory.verified,
    verification: memory.verification === null ? null : verificationShape(memory.verification),
    checks: memory.checks.map(verificationShape),
    caution: memory.caution,
    stale: memory.stale?.map(staleShape) ?? null,
    support: memory.support,
    links: memory.links,
    supersededBy: memory.supersededBy,
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

export type VerificationShape = ReturnType<typeof verificationShape>
export function verificationShape({ at, ...verification }: Verification) {
  return { ...verification, at: isoTime(at) }
}

export type StaleShape = ReturnType<typeof staleShape>
export function staleShape({ by, ...stale }: Stale) {
  return { ...stale, by: by === null ? null : authorShape(by) }
}

/** Null only where reasons say so of an entry that settled nothing. */
function settledShape({ kind, register }: Settled): Settled | null {
  return { kind, register }
}

export type EventShape = ReturnType<typeof eventShape>
export function eventShape({ op, value, caution, node, agent, at, reason, entry, ...more }: Event) {
  const { decision, settlement, tookBack, takenBackBy } = more
  const decided = decision === undefined ? {} : { decision }
  const settled = settlement == null ? {} : { settlement: settledShape(settlement) }
  const undone = {
    ...(tookBack === undefined ? {} : { tookBack }),
    ...(takenBackBy === undefined ? {} : { takenBackBy }),
  }
  return {
    op,
    value,
    caution,
    node,
    agent,
    at: isoTime(at),
    reason,
    entry,
    ...decided,
    ...settled,
    ...undone,
  }
}

export function erasureShape({ id, entry, at, receipts, pending }: EraseReport) {
  const confirmed = receipts.map(({ node, at }) => ({ node, at: isoTime(at) }))
  return { id, entry, at: isoTime(at), receipts: confirmed, pending }
}

/** `stale` only where it was said what the write is based on. */
export function changedShape({ id, entry, heads, stale, decision }: Written) {
  const decided = decision === undefined ? {} : { decision }
  return { id, entry, heads, ...decided, ...(stale === undefined ? {} : { stale: stale.map(staleShape) }) }
}

export type BlockShape = ReturnType<typeof blockShape>
export function blockShape({ id, key, scope, text, heads, updatedAt }: BlockReport) {
  return { id, key, scope, text, heads, at: isoTime(updatedAt) }
}
