import { type DocumentRow, erase, type WriteResult } from '@folkmoot/core'
import type { WriteOptions } from '../api.ts'
import type { View } from '../view.ts'
import { notesNaming } from './suspicion-note.ts'

/**
 * Erases what the mesh itself has noted of a memory that was erased: whoever judged a suspicion may have said in it
 * what the memory said.
 */
export function eraseNotes(
  { sight, writer }: Pick<View, 'sight' | 'writer'>,
  row: DocumentRow,
): Promise<readonly WriteResult[]> {
  const notes = notesNaming(sight, row).filter(note => !note.erased)
  return Promise.all(notes.map(note => writer.change(note.scope, erase(note.id))))
}

/** Erases a memory and what is noted of it at once, so that one transaction holds both. Gives the memory's first. */
export async function eraseWithNotes(
  view: Pick<View, 'sight' | 'writer' | 'reader'>,
  id: string,
  options: WriteOptions,
): Promise<readonly [WriteResult, ...WriteResult[]]> {
  const { sight, writer, reader } = view
  const row = reader.get(id, options.scope === undefined ? {} : { scope: options.scope })?.row
  // Whatever speaks against erasing the memory has to be said before the notes go.
  if (row === undefined || row.type !== 'record' || row.erased) return [await writer.erase(id, options)]
  sight.checkWrite(row.scope)
  writer.why(options)
  const [result, notes] = await Promise.all([writer.erase(row.id, options), eraseNotes(view, row)])
  return [result, ...notes]
}
