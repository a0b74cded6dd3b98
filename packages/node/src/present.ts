/** Rows in the words of the API: one effective value, who said it, and what competes with it. */
import {
  type DocumentRow,
  type EntryHash,
  type Json,
  type Membership,
  type NodeId,
  newest,
  type ResolverContext,
  type ResolverName,
  resolveSiblings,
  type Sibling,
} from '@folkmoot/core'
import type { Authorship, Candidate, ConflictReport, Memory } from './api.ts'

export interface Presenter {
  readonly membership: Membership
  readonly resolver: ResolverName
  readonly authority: readonly string[]
  readonly nowMs: number
}

export function authorship(membership: Membership, node: NodeId, at: number, entry: EntryHash): Authorship {
  const member = membership.member(node)
  return { node, name: member?.name ?? '', agent: member?.agent ?? '', at, entry }
}

export function candidate(membership: Membership, sibling: Sibling): Candidate {
  const { value, ended, node, at, entry } = sibling
  return { value, ended, ...authorship(membership, node, at, entry) }
}

export function memoryOf(row: DocumentRow, by: Presenter): Memory {
  const { membership } = by
  const content = row.registers.content ?? []
  const status = statusOf(row, content, by.nowMs)
  const last = newest(content)
  return {
    id: row.id,
    key: row.key,
    scope: row.scope,
    type: row.type,
    kind: textIn(row, 'kind') ?? (row.type === 'block' ? 'block' : 'semantic'),
    value: status === 'retracted' || status === 'erased' ? null : effective(content, by),
    status,
    siblings: content.map(sibling => candidate(membership, sibling)),
    tags: row.sets.tags ?? [],
    confidence: numberIn(row, 'confidence'),
    provenance: {
      ...authorship(
        membership,
        last?.node ?? ('' as NodeId),
        last?.at ?? row.updatedAt,
        last?.entry ?? ('' as EntryHash),
      ),
      why: row.why,
    },
    heads: row.heads,
    row,
  }
}

export function conflictsOf(row: DocumentRow, membership: Membership): readonly ConflictReport[] {
  return row.conflicts.map(({ id, register, status, candidates, resolution }) => ({
    id,
    record: row.id,
    key: row.key,
    scope: row.scope,
    register,
    status,
    candidates: candidates.map(sibling => candidate(membership, sibling)),
    resolution: resolution && {
      ...resolution,
      ...authorship(membership, resolution.node, resolution.at, resolution.entry),
    },
  }))
}

function effective(siblings: readonly Sibling[], by: Presenter): Json {
  const context: ResolverContext = {
    authority: by.authority,
    agentOf: sibling => by.membership.member(sibling.node)?.agent ?? '',
  }
  return resolveSiblings(siblings, by.resolver, context)
}

function statusOf(row: DocumentRow, content: readonly Sibling[], nowMs: number): Memory['status'] {
  if (row.erased) return 'erased'
  if (row.conflicts.some(({ status }) => status !== 'resolved')) return 'conflict'
  if (newest(content)?.ended === true) return 'retracted'
  const expiresAt = numberIn(row, 'expiresAt')
  if (expiresAt !== null && expiresAt <= nowMs) return 'expired'
  return row.conflicts.length > 0 ? 'resolved' : 'settled'
}

function numberIn(row: DocumentRow, register: string): number | null {
  const value = newest(row.registers[register] ?? [])?.value
  return typeof value === 'number' ? value : null
}

function textIn(row: DocumentRow, register: string): string | undefined {
  const value = newest(row.registers[register] ?? [])?.value
  return typeof value === 'string' ? value : undefined
}
