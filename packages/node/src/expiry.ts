import {
  canonicalJson,
  type DocumentId,
  type DocumentRow,
  disagree,
  importanceIn,
  newest,
  type Op,
  type Plan,
  type Provenance,
  parseScope,
  UsageError,
  utf8,
} from '@folkmoot/core'
import type { Reader } from './reader.ts'
import type { ExpireReport } from './reports.ts'
import type { Sight } from './sight.ts'
import type { ExpireOptions } from './visitor-options.ts'
import type { Writer } from './writer.ts'

type Why = ExpireReport['records'][number]['why']

interface Chosen {
  readonly row: DocumentRow
  readonly why: Why
}

/** Changes handed to the inbox at once. */
const CHUNK = 2000

/** Hides what a forgetting policy names. It is a change like any other: signed, replicated, and undone by a new expiry. */
export async function expire(
  options: ExpireOptions,
  { sight, writer, reader }: { sight: Sight; writer: Writer; reader: Reader },
): Promise<ExpireReport> {
  const { dryRun = false } = options
  const nowMs = reader.now()
  const chosen = chooseExpired(candidates(options, sight, nowMs), options, nowMs)
  for (let start = 0; !dryRun && start < chosen.length; start += CHUNK) {
    const chunk = chosen.slice(start, start + CHUNK)
    await Promise.all(
      chunk.map(({ row, why }) => {
        const provenance = writer.why({ reason: `expired for ${why}` })
        return writer.change(row.scope, expireAt(row.id, nowMs, provenance))
      }),
    )
  }
  const records = chosen.map(({ row, why }) => {
    const { id, key, scope, kind, value, caution } = reader.memory(row)
    return { id, key, scope, kind, value, caution, why, updatedAt: row.updatedAt }
  })
  return { dryRun, records }
}

/** Records that may be hidden: alive, not pinned, and the principal's to write to. */
function candidates({ scope, kind }: ExpireOptions, sight: Sight, nowMs: number): readonly DocumentRow[] {
  const rows = sight.list({
    type: 'record',
    limit: Number.MAX_SAFE_INTEGER,
    livingAt: nowMs,
    ...(scope === undefined ? {} : { scope: parseScope(scope) }),
    ...(kind === undefined ? {} : { kind }),
  })
  return rows.filter(row => !row.erased && !isPinned(row) && sight.mayWrite(row.scope))
}

/** @throws UsageError if nothing is asked for */
export function chooseExpired(
  rows: readonly DocumentRow[],
  { olderThanMs, inactiveMs, keep, keepBytes }: ExpireOptions,
  nowMs: number,
): readonly Chosen[] {
  if ([olderThanMs, inactiveMs, keep, keepBytes].every(part => part === undefined))
    throw new UsageError('expire what? say how old, how long unused, or how much to keep')
  const chosen: Chosen[] = []
  let count = 0
  let bytes = 0
  // The most worth keeping first, so that a budget is spent on it; one that does not fit ends it.
  for (const row of rows.toSorted(byWorth)) {
    count += 1
    bytes += bytesOf(row)
    if (olderThanMs !== undefined && nowMs - row.createdAt > olderThanMs) chosen.push({ row, why: 'age' })
    else if (inactiveMs !== undefined && nowMs - row.updatedAt > inactiveMs)
      chosen.push({ row, why: 'inactivity' })
    else if (count > (keep ?? Number.POSITIVE_INFINITY) || bytes > (keepBytes ?? Number.POSITIVE_INFINITY))
      chosen.push({ row, why: 'budget' })
    else continue
    // What goes for its age leaves room for others.
    if (chosen.at(-1)?.why !== 'budget') {
      count -= 1
      bytes -= bytesOf(row)
    }
  }
  return chosen.reverse()
}

function byWorth(a: DocumentRow, b: DocumentRow): number {
  return importanceOf(b) - importanceOf(a) || b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1)
}

function importanceOf({ registers }: DocumentRow): number {
  return importanceIn(registers.importance)
}

function isPinned(row: DocumentRow): boolean {
  return newest(row.registers.pinned ?? [])?.value === true
}

function bytesOf(row: DocumentRow): number {
  const value = newest(row.registers.content ?? [])?.value ?? null
  return utf8(typeof value === 'string' ? value : canonicalJson(value)).length
}

function expireAt(id: DocumentId, atMs: number, why: Provenance | undefined): Plan {
  return {
    touches: id,
    plan(view) {
      const row = view.row(id)
      // Erased or pinned by a write just before this one.
      if (row === undefined || row.erased || isPinned(row))
        throw new UsageError(`memory ${id} cannot expire any more`)
      const siblings = row.registers.expiresAt ?? []
      const settled: Op[] = disagree(siblings)
        ? [['settle', 'expiresAt', { kind: 'overwrite', supersedes: siblings.map(({ entry }) => entry) }]]
        : []
      const ops: Op[] = [['put', 'expiresAt', atMs], ...settled]
      const body = { type: 'change' as const, doc: id, deps: [...row.heads], salt: view.salt(), ops }
      return { scope: row.scope, body: why === undefined ? body : { ...body, why } }
    },
  }
}
