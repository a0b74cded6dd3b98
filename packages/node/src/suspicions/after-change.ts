import { type DocumentId, type DocumentRow, FolkmootError, type ScopeAddress } from '@folkmoot/core'
import type { Written } from '../api.ts'
import { type Recording, withdrawUntrue } from './record-findings.ts'
import { openSuspicions, suspicionOf } from './suspicion-note.ts'

/** Open suspicions of a scope that one change looks through: it must not take longer the more is in dispute. */
const LOOKED_THROUGH_MAX = 256

type Change = Pick<Written, 'id' | 'scope'>

/**
 * Takes back the suspicions about a memory that what it says now gives no ground for. What cannot be taken back now the
 * next scan takes back.
 */
export async function afterChange<One extends Change>(view: Recording, change: One): Promise<One> {
  await afterChanges(view, [change])
  return change
}

/** The suspicions of a scope are looked through once, however many of its memories have changed. */
export async function afterChanges(view: Recording, changes: readonly Change[]): Promise<void> {
  for (const [scope, ids] of idsByScope(changes)) {
    for (const note of openSuspicions(view.sight, scope, LOOKED_THROUGH_MAX)) {
      const changed = suspicionOf(note)?.records.find(id => ids.has(id))
      const row = changed && view.sight.row(changed)
      if (row !== undefined) await withdrawIfUntrue(view, row, note)
    }
  }
}

async function withdrawIfUntrue(view: Recording, row: DocumentRow, note: DocumentRow): Promise<void> {
  try {
    await withdrawUntrue(view, row, [note])
  } catch (error) {
    // The change itself is written.
    if (!(error instanceof FolkmootError)) throw error
  }
}

function idsByScope(changes: readonly Change[]): ReadonlyMap<ScopeAddress, ReadonlySet<DocumentId>> {
  const found = new Map<ScopeAddress, Set<DocumentId>>()
  for (const { id, scope } of changes) {
    const ids = found.get(scope) ?? new Set()
    found.set(scope, ids.add(id))
  }
  return found
}
