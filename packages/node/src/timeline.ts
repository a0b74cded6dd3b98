/** What happened to a document, entry by entry. */
import { compareTime, type DocumentBody, type DocumentRow, type Op, type StoredEntry } from '@folkmoot/core'
import { type CautionAt, pastCautions } from './beliefs/past-cautions.ts'
import type { Event } from './beliefs/reports.ts'
import { settledIn } from './beliefs/settlement-facts.ts'
import { undoneAmong } from './beliefs/undone.ts'
import { markIn, VERIFICATION } from './beliefs/verification.ts'
import { authorship, type Members } from './present.ts'
import { CONFIRMED } from './reconcile/confirmed.ts'
import { DECISION, type Decided, decisionIn } from './reconcile/decision.ts'
import type { Sight } from './sight.ts'

/** Every entry of a document that may be read, oldest first. */
export function timeline(sight: Sight, members: Members, row: DocumentRow): Event[] {
  const cautionAt = pastCautions(row, { sight, members })
  const stored = sight.entriesOf(row)
  const undone = undoneAmong(stored, sight)
  return [...stored]
    .sort((a, b) => compareTime(a.entry, b.entry) || (a.entry.hash < b.entry.hash ? -1 : 1))
    .map(one => ({ ...eventOf(sight, members, one, cautionAt), ...undone(one.entry.hash) }))
}

export function eventOf(sight: Sight, members: Members, stored: StoredEntry, cautionAt: CautionAt): Event {
  const { entry, status } = stored
  const change = sight.changeIn(stored)
  const by = authorship(members, entry.node, entry.at, entry.hash)
  if (change === undefined)
    return { op: untold(stored), value: null, caution: null, reason: null, status, deps: [], ...by }
  const { body } = change
  const told = said(body)
  const decided = decisionOf(sight, body)
  const decision = decided === undefined ? {} : { decision: decided }
  const settled = settledIn(change)
  return {
    ...told,
    caution: cautionAt(change),
    ...decision,
    ...(settled === undefined ? {} : { settlement: settled }),
    reason: told.reason ?? body.why?.reason ?? null,
    status,
    deps: body.deps,
    ...by,
  }
}

/** Why there is nothing left of an entry but its header: who wrote it, and when. */
function untold({ entry, status }: StoredEntry): 'erased' | 'cut' | 'sealed' {
  if (entry.bytes.payload === null) return 'erased'
  return status === 'cut' ? 'cut' : 'sealed'
}

/** Of the memories that it was compared with those that may be read. */
function decisionOf(sight: Sight, body: DocumentBody): Decided | undefined {
  const op =
    body.type === 'change' ? body.ops.find(one => one[0] === 'put' && one[1] === DECISION) : undefined
  const decided = op?.[0] === 'put' ? decisionIn(op[2]) : undefined
  return decided && { ...decided, basis: decided.basis.filter(id => sight.row(id) !== undefined) }
}

type Said = Pick<Event, 'op' | 'value'> & { readonly reason?: string }

function said(body: DocumentBody): Said {
  if (body.type === 'erase') return { op: 'erase', value: null }
  if (body.type === 'block') return { op: 'edit', value: null }
  const { ops } = body
  const put = ops.find(op => op[0] === 'put' && op[1] === 'content')
  const value = put?.[0] === 'put' ? put[2] : null
  if (ops.some(([kind]) => kind === 'settle')) return { op: 'resolve', value }
  if (ops.some(([kind, register]) => kind === 'end' && register === 'content'))
    return { op: 'retract', value: null }
  if (put !== undefined) return { op: body.deps.length === 0 ? 'remember' : 'update', value }
  return checked(ops) ?? saidBeside(ops)
}

/** A check: what came of it, and how it was made. */
function checked(ops: readonly Op[]): Said | undefined {
  const op = ops.find(([kind, register]) => kind === 'put' && register === VERIFICATION)
  const mark = op?.[0] === 'put' ? markIn(op[2]) : undefined
  return mark && { op: 'verify', value: mark.outcome, reason: mark.how }
}

function saidBeside(ops: readonly Op[]): Said {
  if (ops.some(([kind]) => kind === 'claim')) return { op: 'claim', value: null }
  if (ops.some(([kind, set]) => kind === 'add' && set === CONFIRMED)) return { op: 'confirm', value: null }
  const registers = ops.flatMap(([kind, register]) => (kind === 'put' || kind === 'end' ? register : []))
  if (registers.length > 0) return { op: 'set', value: registers }
  const sets = ops.flatMap(([kind, set]) =>
    (kind === 'add' || kind === 'cut') && !isTagging(set) ? set : [],
  )
  if (sets.length > 0) return { op: 'set', value: [...new Set(sets)] }
  const tags = ops.flatMap(op => (op[0] === 'add' ? [`+${op[2]}`] : op[0] === 'cut' ? [`-${op[2]}`] : []))
  return { op: 'tag', value: tags }
}

/** What people add and take away; other sets say how a memory stands to others. */
function isTagging(set: string): boolean {
  return set === 'tags' || set === 'entities'
}
