/** A disagreement as it is put before a judge: what was said, by whom and on what grounds, and what stands near it. */
import { type Case, type CaseCandidate, NEIGHBOURS_MAX, type Neighbour } from '@folkmoot/arbiter'
import {
  type Conflict,
  canonicalJson,
  type DocumentRow,
  type EntryHash,
  facetsOf,
  type Json,
  newest,
  type Op,
  type Provenance,
  type Sibling,
  SUSPICION,
} from '@folkmoot/core'
import { isAsOpen } from '../as-open.ts'
import { directives, directivesOn } from '../beliefs/claims.ts'
import { statementsBehind } from '../beliefs/said-of.ts'
import { type Members, supportOf } from '../present.ts'
import type { Sight } from '../sight.ts'

/** Looked at for neighbours: some of what a search finds is more restricted. */
const FOUND_MAX = NEIGHBOURS_MAX * 4
/** Words of the candidates that neighbours are looked for with: enough to tell what they are about. */
const QUERY_CHARACTERS_MAX = 1000

export interface CaseParts {
  readonly sight: Pick<Sight, 'search' | 'entriesOf' | 'changeIn'>
  readonly members: Members
  readonly nowMs: number
  readonly advice: string | null
}

interface Disagreement {
  readonly row: DocumentRow
  readonly conflict: Conflict
  readonly memories: readonly DocumentRow[]
}

/** Undefined if there are not two sides to it. */
export function caseOf({ row, conflict, memories }: Disagreement, parts: CaseParts): Case | undefined {
  const { id, cause, register, importance } = conflict
  const candidates =
    register === SUSPICION
      ? memories.flatMap(memory => suspect(memory, parts))
      : sidesOf(row, conflict, parts)
  const [first] = memories
  if (first === undefined || candidates.length < 2) return undefined
  return {
    ...{ id, cause, importance, candidates, scope: row.scope, advice: parts.advice },
    register: register === SUSPICION ? 'content' : register,
    key: first.key,
    kind: facetsOf(first).kind,
    neighbours: neighboursOf(memories, candidates, parts),
  }
}

function sidesOf(row: DocumentRow, conflict: Conflict, parts: CaseParts): readonly CaseCandidate[] {
  const grounds = groundsIn(row, conflict.candidates, parts)
  return conflict.candidates.map(sibling =>
    sideOf(sibling, conflict.candidates, grounds.get(sibling.entry), parts),
  )
}

function suspect(memory: DocumentRow, parts: CaseParts): readonly CaseCandidate[] {
  const content = memory.registers.content ?? []
  const last = newest(content)
  if (last === undefined) return []
  return [sideOf(last, content, groundsIn(memory, [last], parts).get(last.entry), parts)]
}

/** What its author said along with a value. */
interface StatedGrounds {
  readonly claim: string | null
  readonly why: Provenance | undefined
}

function sideOf(
  sibling: Sibling,
  siblings: readonly Sibling[],
  grounds: StatedGrounds | undefined,
  { members }: CaseParts,
): CaseCandidate {
  const { value, ended, node, at, confidence } = sibling
  const author = members.member(node)
  return {
    ...{ value, ended, at, confidence },
    agent: author?.agent ?? '',
    node: author?.name ?? '',
    claim: grounds?.claim ?? null,
    support: supportOf(siblings, sibling, members),
    reason: grounds?.why?.reason ?? null,
    source: grounds?.why?.source ?? null,
  }
}

function groundsIn(
  row: DocumentRow,
  siblings: readonly Sibling[],
  { sight }: CaseParts,
): ReadonlyMap<EntryHash, StatedGrounds> {
  const wanted = new Set(siblings.map(({ entry }) => entry))
  const found = new Map<EntryHash, StatedGrounds>()
  const entries = new Map(sight.entriesOf(row).map(stored => [stored.entry.hash, stored]))
  const changeAt = (entry: EntryHash) => {
    const stored = entries.get(entry)
    return stored?.status === 'applied' ? sight.changeIn(stored) : undefined
  }
  for (const [entry, stored] of entries) {
    if (!wanted.has(entry)) continue
    const body = sight.changeIn(stored)?.body
    const claim = body?.type === 'change' ? claimIn(body.ops) : null
    found.set(entry, { claim, why: body?.why })
  }
  // What somebody called a directive later on is one, too.
  for (const said of siblings) {
    const words = statementsBehind(row, said).flatMap(one => directivesOn(row, one, changeAt))
    if (words.length > 0) found.set(said.entry, { claim: 'directive', why: found.get(said.entry)?.why })
  }
  return found
}

function claimIn(ops: readonly Op[]): string | null {
  const said = ops.find(([kind, register]) => kind === 'put' && register === 'claim')?.[2]
  return typeof said === 'string' ? said : null
}

/**
 * Memories of the same scope that speak of the same things, as far as this node may read them. Only what is as open as
 * a memory in dispute: what is said of it in the verdict is for all who may read that.
 */
function neighboursOf(
  memories: readonly DocumentRow[],
  candidates: readonly CaseCandidate[],
  { sight, members, nowMs }: CaseParts,
): readonly Neighbour[] {
  const [first] = memories
  const text = candidates
    .map(({ value }) => textOf(value))
    .join(' ')
    .slice(0, QUERY_CHARACTERS_MAX)
  if (first === undefined || text.trim() === '') return []
  const own = new Set(memories.map(({ id }) => id))
  const limit = FOUND_MAX + own.size
  return sight
    .search({ text, scope: first.scope, limit, livingAt: nowMs })
    .flatMap(({ row }): Neighbour[] => {
      const last = newest(row.registers.content ?? [])
      if (own.has(row.id) || last === undefined || last.ended || directives(row).length > 0) return []
      if (!memories.some(memory => isAsOpen(row, memory))) return []
      return [{ key: row.key, value: last.value, agent: members.member(last.node)?.agent ?? '', at: last.at }]
    })
    .slice(0, NEIGHBOURS_MAX)
}

function textOf(value: Json): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : canonicalJson(value)
}
