/** Rows in the words of the API: one effective value, who said it, and what competes with it. */
import {
  type Access,
  canonicalJson,
  type DocumentId,
  type DocumentRow,
  disagree,
  type EntryHash,
  facetsOf,
  type Json,
  type NodeId,
  newest,
  resolveSiblings,
  type Sibling,
  saying,
} from '@folkmoot/core'
import type { Memory } from './api.ts'
import type { Authorship, Candidate } from './authorship.ts'
import { beliefOf } from './beliefs/belief.ts'
import { cautionBeside, type Listener } from './beliefs/caution.ts'
import type { Stale } from './beliefs/reports.ts'
import { directivesAmong, weighedStatements } from './beliefs/weighed-statements.ts'
import { decisionOf, type Fallback, type PolicyLookup } from './policy/decision.ts'
import { confirmers } from './reconcile/confirmed.ts'
import { relationsOf } from './suspicions/superseded.ts'

/** Who wrote what: the names and agents that nodes were admitted under. */
export type Members = Pick<Access, 'member'>

/** What is known of who reads, and when. The resolver chooses where no policy does. */
export interface Presenter extends Fallback, Listener {
  readonly nowMs: number
  /** Gives nothing to those who name a resolver themselves. */
  readonly policyOf: PolicyLookup
  readonly rowOf: (id: DocumentId) => DocumentRow | undefined
  /** Cautions beside entries whose values do not stand any more. */
  readonly pastCautions: (row: DocumentRow) => (entry: EntryHash) => string | null
  /** What the newest change of a row acted on and does not stand any more; null if that is not looked up. */
  readonly staleOf: (row: DocumentRow) => readonly Stale[] | null
}

export function authorship(members: Members, node: NodeId, at: number, entry: EntryHash): Authorship {
  const member = members.member(node)
  return { node, name: member?.name ?? '', agent: member?.agent ?? '', at, entry }
}

/** A value that stands in a register. */
export function candidate(row: DocumentRow, register: string, sibling: Sibling, by: Listener): Candidate {
  const { value, ended, node, at, entry, verdict } = sibling
  const statedBy =
    verdict && statedLike(sibling).map(said => authorship(by.members, said.node, said.at, said.entry))
  return {
    ...{ value, ended, caution: cautionBeside(row, register, sibling, by) },
    ...authorship(by.members, node, at, entry),
    ...(verdict && statedBy && { verdict: { judge: verdict.judge, statedBy } }),
  }
}

/** Judges do not say what they settle: what a rule put together is said by all whom it went by. */
function sayersOf(sibling: Sibling): readonly Sibling[] {
  const { verdict } = sibling
  const said = statedLike(sibling)
  if (said.length > 0) return said
  return verdict?.judge === 'rule' && verdict.on.length > 0 ? verdict.on : [sibling]
}

/** Who says a value of their own, in a verdict's place; none if the judge found the words. */
export function statedLike(sibling: Sibling): readonly Sibling[] {
  return (sibling.verdict?.on ?? []).filter(said => saying(said) === saying(sibling))
}

export function memoryOf(row: DocumentRow, by: Presenter): Memory {
  const { members } = by
  const content = row.registers.content ?? []
  const relations = relationsOf(by.rowOf, row)
  const status = statusOf(row, content, by.nowMs, relations.supersededBy !== null)
  const last = newest(content)
  const isGone = status === 'retracted' || status === 'erased'
  const value = isGone ? null : effectiveOf(row, 'content', by)
  const belief = beliefOf(row, value, by)
  const cautionOfLast = last === undefined ? null : cautionBeside(row, 'content', last, by)
  return {
    id: row.id,
    key: row.key,
    scope: row.scope,
    type: row.type,
    kind: textIn(row, 'kind') ?? (row.type === 'block' ? 'block' : 'semantic'),
    value,
    status,
    siblings: content.map(sibling => candidate(row, 'content', sibling, by)),
    tags: row.sets.tags ?? [],
    ...belief,
    stale: by.staleOf(row),
    support: supportOf(content, { value, ended: isGone }, members, row),
    provenance: {
      ...authorship(
        members,
        last?.node ?? ('' as NodeId),
        last?.at ?? row.updatedAt,
        last?.entry ?? ('' as EntryHash),
      ),
      // The reason of a directive is quoted beside the directive, and not beside the words of others.
      why: belief.caution === null && cautionOfLast !== null ? null : row.why,
    },
    ...relations,
    heads: row.heads,
    row,
  }
}

/**
 * The value of a register that readers act on: where siblings disagree, the policy of the scope says which. A directive
 * does not take the place of what is stated plainly beside it.
 */
export function effectiveOf(row: DocumentRow, register: string, by: Presenter): Json {
  const siblings = row.registers[register] ?? []
  const conflict = row.conflicts.find(one => one.register === register)
  if (conflict === undefined || !disagree(siblings)) return newest(siblings)?.value ?? null
  const { resolver, order } = decisionOf(row.scope, [row], conflict, by.policyOf, by)
  const agentOf = (sibling: Sibling) => by.members.member(sibling.node)?.agent ?? ''
  const isDirective = directivesAmong(row, register, siblings, by.changeAt)
  return resolveSiblings(weighedStatements(siblings, isDirective), resolver, { authority: order, agentOf })
}

/** How many different agents say the same. A node whose agent nobody knows speaks for itself. */
export function supportOf(
  siblings: readonly Sibling[],
  said: Pick<Sibling, 'value' | 'ended'>,
  members: Members,
  row: Pick<DocumentRow, 'sets' | 'authors'> = { sets: {}, authors: [] },
): number {
  const text = canonicalJson(said.value)
  const same = siblings
    .filter(({ value, ended }) => ended === said.ended && canonicalJson(value) === text)
    .flatMap(sayersOf)
  const confirmed = confirmers(
    row,
    same.map(({ entry }) => entry),
    members,
  )
  return new Set([...confirmed, ...same.map(({ node }) => members.member(node)?.agent ?? node)]).size
}

/** Hidden, but for those who ask for it by name. What is pinned never is. */
export function hasExpired(row: DocumentRow, nowMs: number): boolean {
  const { expiresAt } = facetsOf(row)
  return expiresAt !== null && expiresAt <= nowMs
}

function statusOf(
  row: DocumentRow,
  content: readonly Sibling[],
  nowMs: number,
  isSuperseded: boolean,
): Memory['status'] {
  if (row.erased) return 'erased'
  if (hasExpired(row, nowMs)) return 'expired'
  if (row.conflicts.some(({ status }) => status !== 'resolved')) return 'conflict'
  if (newest(content)?.ended === true) return 'retracted'
  if (isSuperseded) return 'superseded'
  return row.conflicts.length > 0 ? 'resolved' : 'settled'
}

function textIn(row: DocumentRow, register: string): string | undefined {
  const value = newest(row.registers[register] ?? [])?.value
  return typeof value === 'string' ? value : undefined
}
