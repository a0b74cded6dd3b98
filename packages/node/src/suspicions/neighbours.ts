import type { DocumentRow } from '@folkmoot/core'
import type { Sight } from '../sight.ts'
import { comparable, latest, textOf } from './comparable.ts'
import { contentWords, featuresOf, type Subject } from './features.ts'

/** Memories that one is compared with: what is not among the best of a search hardly speaks of the same. */
export const NEIGHBOURS_MAX = 24
/** The newest of the scope that are looked through for the same thread, entity or place among the keys. */
const RECENT_MAX = 128

/** Memories of the same scope that may speak of the same, the most similar first; only what may be read. */
export function neighboursOf(sight: Sight, subject: Subject, nowMs: number): readonly DocumentRow[] {
  const { scope } = subject
  const where = { scope, livingAt: nowMs }
  const text = contentWords(subject).join(' ')
  const alike = sight.search({ ...where, text, limit: NEIGHBOURS_MAX }).map(({ row }) => row)
  const found = new Map(alike.map(row => [row.id, row]))
  for (const row of related(sight, subject, where)) {
    if (found.size >= NEIGHBOURS_MAX * 2) break
    found.set(row.id, row)
  }
  return [...found.values()].filter(row => comparable(row, nowMs) !== undefined)
}

/** What shares more than words, or writes them without spaces, so that a search for words does not find it. */
function related(
  sight: Sight,
  subject: Subject,
  where: { readonly scope: Subject['scope']; readonly livingAt: number },
): readonly DocumentRow[] {
  const own = new Set(featuresOf(subject).filter(feature => !feature.startsWith('w ')))
  if (own.size === 0) return []
  return sight
    .list({ ...where, type: 'record', limit: RECENT_MAX })
    .filter(row =>
      featuresOf(subjectOf(row, textOf(latest(row, 'content')))).some(feature => own.has(feature)),
    )
    .slice(0, NEIGHBOURS_MAX)
}

export function subjectOf(row: DocumentRow, text: string): Subject {
  const thread = latest(row, 'thread')
  return {
    scope: row.scope,
    text,
    key: row.key,
    entities: row.sets.entities ?? [],
    thread: typeof thread === 'string' ? thread : null,
  }
}
