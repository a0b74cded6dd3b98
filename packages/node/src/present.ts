/** Rows in the words of the API: one effective value, who said it, and what competes with it. */
import {
  type Access,
  type DocumentRow,
  type EntryHash,
  facetsOf,
  type Json,
  type NodeId,
  newest,
  type ResolverContext,
  type ResolverName,
  resolveSiblings,
  type Sibling,
} from '@folkmoot/core'
import type { Authorship, Candidate, ConflictReport, Memory } from './api.ts'

/** Who wrote what: the names and agents that nodes were admitted under. */
export type Members = Pick<Access, 'member'>

export interface Presenter {
  readonly members: Members
  readonly resolver: ResolverName
  readonly authority: readonly string[]
  readonly nowMs: number
}

export function authorship(members: Members, node: NodeId, at: number, entry: EntryHash): Authorship {
  const member = members.member(node)
  return { node, name: member?.name ?? '', agent: member?.agent ?? '', at, entry }
}

export function candidate(members: Members, sibling: Sibling): Candidate {
  const { value, ended, node, at, entry } = sibling
  return { value, ended, ...authorship(members, node, at, entry) }
}

export function memoryOf(row: DocumentRow, by: Presenter): Memory {
  const { members } = by
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
    siblings: content.map(sibling => candidate(members, sibling)),
    tags: row.sets.tags ?? [],
    confidence: numberIn(row, 'confidence'),
    provenance: {
      ...authorship(
        members,
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

export function conflictsOf(row: DocumentRow, members: Members): readonly ConflictReport[] {
  return row.conflicts.map(({ id, register, status, candidates, resolution }) => ({
    id,
    record: row.id,
    key: row.key,
    scope: row.scope,
    register,
    status,
    candidates: candidates.map(sibling => candidate(members, sibling)),
    resolution: resolution && {
      ...resolution,
      ...authorship(members, resolution.node, resolution.at, resolution.entry),
    },
  }))
}

function effective(siblings: readonly Sibling[], by: Presenter): Json {
  const context: ResolverContext = {
    authority: by.authority,
    agentOf: sibling => by.members.member(sibling.node)?.agent ?? '',
  }
  return resolveSiblings(siblings, by.resolver, context)
}

/** Hidden, but for those who ask for it by name. What is pinned never is. */
export function hasExpired(row: DocumentRow, nowMs: number): boolean {
  const { expiresAt } = facetsOf(row)
  return expiresAt !== null && expiresAt <= nowMs
}

function statusOf(row: DocumentRow, content: readonly Sibling[], nowMs: number): Memory['status'] {
  if (row.erased) return 'erased'
  if (hasExpired(row, nowMs)) return 'expired'
  if (row.conflicts.some(({ status }) => status !== 'resolved')) return 'conflict'
  if (newest(content)?.ended === true) return 'retracted'
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
