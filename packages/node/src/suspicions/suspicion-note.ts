/** The notes that hold suspicions: reading them, and saying and taking back what they say. */
import {
  type DocumentId,
  type DocumentRow,
  FolkmootError,
  importanceIn,
  type Json,
  keyedDocumentId,
  NOTE_PREFIX,
  newest,
  note,
  type Plan,
  type Provenance,
  type ScopeAddress,
  type ScopeNames,
  SUSPICION,
  type Suspicion,
  scopeId,
  suspicionIn,
  suspicionName,
} from '@folkmoot/core'
import type { Sight } from '../sight.ts'
import type { Finding } from './finding.ts'

const KEY_START = `${NOTE_PREFIX}suspicion/`

/** What a note suspects now; undefined if nothing, or if it stands in another pair's place. */
export function suspicionOf(note: DocumentRow): Suspicion | undefined {
  const stated = note.type === 'note' ? newest(note.registers[SUSPICION] ?? []) : undefined
  const suspicion = stated && !stated.ended ? suspicionIn(stated.value) : undefined
  return suspicion !== undefined && note.key === NOTE_PREFIX + suspicionName(...suspicion.records)
    ? suspicion
    : undefined
}

export function noteAbout(
  sight: Sight,
  names: ScopeNames,
  { rows: [a, b] }: Finding,
): DocumentRow | undefined {
  const key = NOTE_PREFIX + suspicionName(a.id, b.id)
  return sight.row(keyedDocumentId(scopeId(names, a.scope), 'record', key))
}

/** Every note of its scope that suspects this memory of something. */
export function suspicionsAbout(
  sight: Sight,
  { id, scope }: { readonly id: DocumentId; readonly scope: ScopeAddress },
): readonly DocumentRow[] {
  const found: DocumentRow[] = []
  for (const note of liveSuspicions(sight, scope)) {
    if (suspicionOf(note)?.records.includes(id)) found.push(note)
  }
  return found
}

export function liveSuspicions(sight: Sight, scope?: ScopeAddress): Iterable<DocumentRow> {
  return sight.each({ type: 'note', conflict: 'any', ...(scope === undefined ? {} : { scope }) })
}

/** Those that nobody has settled, the newest first. */
export function openSuspicions(sight: Sight, scope: ScopeAddress, limit: number): readonly DocumentRow[] {
  return sight.list({ type: 'note', conflict: 'open', scope, limit })
}

/** Every note that names this memory, also those that suspect nothing any more: history holds what was said of it. */
export function notesNaming(
  sight: Sight,
  { id, scope }: { readonly id: DocumentId; readonly scope: ScopeAddress },
): readonly DocumentRow[] {
  const found: DocumentRow[] = []
  for (const row of sight.each({ type: 'note', scope })) {
    const names = row.key?.startsWith(KEY_START) === true ? row.key.slice(KEY_START.length).split('/') : []
    if (names.includes(id)) found.push(row)
  }
  return found
}

/** Says it. A function of the two memories alone, so that all who suspect the same write the same. */
export function suspect(finding: Finding, names: ScopeNames, why: Provenance | undefined): Plan {
  const [a, b] = finding.rows
  const said: Json = {
    records: [a.id, b.id],
    of: [entryOf(a), entryOf(b)],
    evidence: finding.evidence.map(({ test, detail }) => ({ test, detail })),
    score: finding.score,
    importance: Math.max(importanceOf(a), importanceOf(b)),
  }
  const name = suspicionName(a.id, b.id)
  return note(
    { scope: a.scope, name, register: SUSPICION, value: said, ...(why === undefined ? {} : { why }) },
    names,
  )
}

/** Takes it back: nothing of it is suspected any more, and the history stays. */
export function withdraw({ id, scope }: DocumentRow): Plan {
  return {
    touches: id,
    plan(view) {
      const row = view.row(id)
      if (row === undefined || row.erased || suspicionOf(row) === undefined)
        throw new FolkmootError('changed', 'it is not suspected any more')
      const body = {
        type: 'change' as const,
        doc: id,
        deps: [...row.heads],
        salt: view.salt(),
        ops: [['end', SUSPICION] as ['end', string]],
      }
      return { scope, body }
    },
  }
}

/** True if the contents of both are still those that were compared. */
export function isAbout({ of }: Suspicion, [a, b]: Finding['rows']): boolean {
  return of === null || (of[0] === entryOf(a) && of[1] === entryOf(b))
}

export function entryOf(row: DocumentRow): string {
  return newest(row.registers.content ?? [])?.entry ?? ''
}

function importanceOf({ registers }: DocumentRow): number {
  return importanceIn(registers.importance)
}
