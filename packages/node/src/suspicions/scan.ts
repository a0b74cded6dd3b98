/** Looks through what is remembered for memories that contradict or repeat each other. */
import { relate } from '@folkmoot/arbiter'
import {
  type DocumentId,
  type DocumentRow,
  FolkmootError,
  NotFoundError,
  parseScope,
  type ScopeAddress,
  UsageError,
} from '@folkmoot/core'
import type { Progress } from '../api.ts'
import { SETTLING } from '../sight.ts'
import { comparable, statementOf, textOf } from './comparable.ts'
import { bySurety, compareWithNeighbours, related } from './compare.ts'
import type { Finding } from './finding.ts'
import { subjectOf } from './neighbours.ts'
import { isRecorded, type Recording, recordFindings, withdrawUntrue } from './record-findings.ts'
import type { FindingReport, FoundMemory, ScanOptions, ScanReport } from './scan-report.ts'
import { ScopeIndex } from './scope-index.ts'
import { liveSuspicions, noteAbout, suspicionOf } from './suspicion-note.ts'

/** What a scan gives when nobody says how much. */
const FINDINGS_DEFAULT = 100
/** Findings held at once; beyond, only the surest are kept. */
const FINDINGS_MAX = 10_000
/** Memories that one scan reads: their words are held in memory, about 2 KB each. */
const RECORDS_MAX = 100_000
/** Memories read or compared between two turns of the event loop: a few milliseconds. */
const TURN = 32

interface Compared {
  records: number
  pairs: number
  findings: Finding[]
  found: number
  complete: boolean
}

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
  const findings = compared.findings.sort(bySurety).slice(0, limit)
  // Whoever names a scope, or a memory, is told that it may not be written.
  const skipped = record && where === undefined && row === undefined ? scopesToSkip(view) : []
  const withdrawn = record ? await withdrawAll(view, row, where, skipped, running) : 0
  const kept = findings.filter(one => !skipped.includes(one.rows[0].scope))
  const recorded = record ? await recordFindings(view, kept) : { suspicions: 0, links: 0 }
  const { records, pairs, found, complete } = compared
  return {
    records,
    pairs,
    found,
    complete,
    withdrawn,
    ...recorded,
    skipped,
    findings: findings.map(one => reportOf(view, one)),
  }
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
  const findings = [...compareWithNeighbours(view, row)]
  return { records: 1, pairs: findings.length, findings, found: findings.length, complete: true }
}

interface Running {
  readonly signal: AbortSignal | undefined
  readonly onProgress: Progress
}

async function compareAll(
  view: Recording,
  scope: ScopeAddress | undefined,
  running: Running,
): Promise<Compared> {
  const ids = view.sight.ids(scope)
  const compared: Compared = {
    records: 0,
    pairs: 0,
    findings: [],
    found: 0,
    complete: ids.length <= RECORDS_MAX,
  }
  const indexes = await indexed(view, ids.slice(0, RECORDS_MAX), running)
  const total = [...indexes.values()].reduce((sum, { size }) => sum + size, 0)
  for (const index of indexes.values()) {
    for (let place = 0; place < index.size; place++) {
      compareLater(view, index, place, compared)
      compared.records += 1
      if (compared.records % TURN === 0) await turn(running, compared.records, total)
    }
  }
  running.onProgress(compared.records, total)
  return compared
}

async function indexed(
  view: Recording,
  ids: readonly DocumentId[],
  running: Running,
): Promise<ReadonlyMap<ScopeAddress, ScopeIndex>> {
  const indexes = new Map<ScopeAddress, ScopeIndex>()
  const nowMs = view.reader.now()
  for (const [i, id] of ids.entries()) {
    if (i % TURN === TURN - 1) await turn(running, 0, ids.length)
    const row = view.sight.row(id)
    const content = row && comparable(row, nowMs)
    if (row === undefined || content === undefined) continue
    const index = indexes.get(row.scope) ?? new ScopeIndex()
    indexes.set(row.scope, index)
    const statement = statementOf(row, content, view.members)
    index.add({ id, statement, subject: subjectOf(row, textOf(content.value)) })
  }
  return indexes
}

function compareLater(view: Recording, index: ScopeIndex, place: number, compared: Compared): void {
  for (const pair of index.later(place)) {
    const [a, b] = pair[0].id < pair[1].id ? pair : ([pair[1], pair[0]] as const)
    compared.pairs += 1
    const relation = relate(a.statement, b.statement)
    if (relation.relation === 'unrelated') continue
    const [one, other] = [view.sight.row(a.id), view.sight.row(b.id)]
    const finding = one && other && related(relation, [one, other])
    if (finding === undefined) continue
    compared.found += 1
    compared.findings.push(finding)
  }
  if (compared.findings.length > FINDINGS_MAX * 2)
    compared.findings = compared.findings.sort(bySurety).slice(0, FINDINGS_MAX)
}

async function turn({ signal, onProgress }: Running, done: number, total: number): Promise<void> {
  onProgress(done, total)
  await new Promise<void>(resolve => setImmediate(resolve))
  signal?.throwIfAborted()
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
    if (i % TURN === TURN - 1) await turn(running, i, notes.length)
    const note = view.sight.row(id)
    if (note === undefined || skipped.includes(note.scope)) continue
    const [first] = suspicionOf(note)?.records ?? []
    const one = first === undefined ? undefined : view.sight.row(first)
    if (one !== undefined) withdrawn += await withdrawUntrue(view, one, [note])
  }
  return withdrawn
}

function reportOf(view: Recording, finding: Finding): FindingReport {
  const { relation, finer, score, evidence } = finding
  const [a, b] = finding.rows.map(({ id }) => view.sight.row(id))
  if (a === undefined || b === undefined) throw new FolkmootError('changed', 'what was compared is gone')
  const current: Finding = { ...finding, rows: [a, b] }
  const recorded = isRecorded(view, current)
  const note = relation === 'contradicts' ? noteAbout(view.sight, view.writer.at.names, current) : undefined
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
