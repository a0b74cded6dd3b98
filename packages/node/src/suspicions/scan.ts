/** Looks through what is remembered for memories that contradict or repeat each other. */
import {
  type DocumentId,
  type DocumentRow,
  NotFoundError,
  parseScope,
  type ScopeAddress,
  UsageError,
} from '@folkmoot/core'
import type { Progress } from '../api.ts'
import { SETTLING } from '../sight.ts'
import { compareWithNeighbours, findingOf } from './compare.ts'
import { type Compared, compareAll, type Running, turn } from './compare-all.ts'
import type { Finding, Match } from './finding.ts'
import { FINDINGS_MAX } from './matches.ts'
import {
  isRecorded,
  type Recorded,
  type Recording,
  recordFindings,
  withdrawUntrue,
} from './record-findings.ts'
import type { FindingReport, FoundMemory, ScanOptions, ScanReport } from './scan-report.ts'
import { liveSuspicions, noteAbout, suspicionOf } from './suspicion-note.ts'

/** What a scan gives when nobody says how much. */
const FINDINGS_DEFAULT = 100
/** Findings written down at once, and held with their memories. */
const RECORDED_AT_ONCE = 64

/** @throws NotFoundError | UsageError; the signal's reason if it is aborted */
export async function scan(
  view: Recording,
  options: ScanOptions,
  onProgress: Progress = () => {},
): Promise<ScanReport> {
  const { scope, id, record = false, limit = FINDINGS_DEFAULT, signal } = options
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > FINDINGS_MAX)
    throw new UsageError(`a scan gives 1 to ${FINDINGS_MAX} findings, not ${limit}`)
  const where = scope === undefined ? undefined : parseScope(scope)
  const row = id === undefined ? undefined : rowOf(view, id, scope)
  const running: Running = { signal, onProgress }
  const compared = row === undefined ? await compareAll(view, where, running) : compareOne(view, row)
  const matches = compared.matches.slice(0, limit)
  // Whoever names a scope, or a memory, is told that it may not be written.
  const skipped = record && where === undefined && row === undefined ? scopesToSkip(view) : []
  const withdrawn = record ? await withdrawAll(view, row, where, skipped, running) : 0
  const kept = matches.filter(({ rows }) => !skipped.includes(rows[0].scope))
  const recorded = record ? await recordAll(view, kept, running) : { suspicions: 0, links: 0 }
  const { records, pairs, found, complete } = compared
  return {
    records,
    pairs,
    found,
    complete,
    withdrawn,
    ...recorded,
    skipped,
    findings: await reports(view, matches, running),
  }
}

async function reports(
  view: Recording,
  matches: readonly Match[],
  running: Running,
): Promise<readonly FindingReport[]> {
  const told: FindingReport[] = []
  for (const [i, match] of matches.entries()) {
    await turn(running, i)
    const report = reportOf(view, match)
    if (report !== undefined) told.push(report)
  }
  return told
}

/** @throws FolkmootError forbidden, if nothing may be written anywhere */
function scopesToSkip({ sight }: Recording): readonly ScopeAddress[] {
  const scopes = sight.scopes().map(({ scope }) => scope)
  const skipped = scopes.filter(scope => !sight.mayWrite(scope, SETTLING))
  const [first] = skipped
  if (first !== undefined && skipped.length === scopes.length) sight.checkWrite(first, SETTLING)
  return skipped
}

function rowOf({ reader }: Recording, id: string, scope: string | undefined): DocumentRow {
  const memory = reader.get(id, scope === undefined ? {} : { scope })
  if (memory === undefined) throw new NotFoundError(`memory ${id}`)
  return memory.row
}

function compareOne(view: Recording, row: DocumentRow): Compared {
  const matches = compareWithNeighbours(view, row)
  return { records: 1, pairs: matches.length, matches, found: matches.length, complete: true }
}

async function recordAll(view: Recording, matches: readonly Match[], running: Running): Promise<Recorded> {
  const total = { suspicions: 0, links: 0 }
  for (let from = 0; from < matches.length; from += RECORDED_AT_ONCE) {
    const page = matches.slice(from, from + RECORDED_AT_ONCE)
    const { suspicions, links } = await recordFindings(
      view,
      page.flatMap(match => current(view, match) ?? []),
    )
    total.suspicions += suspicions
    total.links += links
    await turn(running)
  }
  return total
}

/** With the memories as they are now; undefined if one of them is gone, or says something else by now. */
function current(view: Recording, { rows }: Match): Finding | undefined {
  const [a, b] = rows.map(({ id }) => view.sight.row(id))
  return a && b && findingOf(view, a, b)
}

async function withdrawAll(
  view: Recording,
  row: DocumentRow | undefined,
  scope: ScopeAddress | undefined,
  skipped: readonly ScopeAddress[],
  running: Running,
): Promise<number> {
  if (row !== undefined) return withdrawUntrue(view, row)
  let withdrawn = 0
  const notes: DocumentId[] = []
  for (const { id } of liveSuspicions(view.sight, scope)) notes.push(id)
  for (const [i, id] of notes.entries()) {
    await turn(running, i)
    const note = view.sight.row(id)
    if (note === undefined || skipped.includes(note.scope)) continue
    const [first] = suspicionOf(note)?.records ?? []
    const one = first === undefined ? undefined : view.sight.row(first)
    if (one !== undefined) withdrawn += await withdrawUntrue(view, one, [note])
  }
  return withdrawn
}

function reportOf(view: Recording, match: Match): FindingReport | undefined {
  const finding = current(view, match)
  if (finding === undefined) return undefined
  const { relation, finer, score, evidence, rows } = finding
  const [a, b] = rows
  const recorded = isRecorded(view, finding)
  const note = relation === 'contradicts' ? noteAbout(view.sight, view.writer.at.names, finding) : undefined
  const isTurned = relation === 'refines' ? finer === 1 : b.createdAt < a.createdAt
  const memories = [foundMemory(view, a), foundMemory(view, b)] as const
  return {
    relation,
    memories: isTurned ? [memories[1], memories[0]] : memories,
    score,
    evidence,
    conflict: recorded ? (note?.conflicts[0]?.id ?? null) : null,
    recorded,
  }
}

function foundMemory({ reader }: Recording, row: DocumentRow): FoundMemory {
  const { id, key, scope, kind, value, caution, provenance } = reader.memory(row)
  const { node, name, agent, at, entry } = provenance
  return { id, key, scope, kind, value, caution, node, name, agent, at, entry }
}
