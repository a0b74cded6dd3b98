import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { VerifiedEntry } from '@folkmoot/core'
import { sampleEntry, sampleId, sampleRow } from '@folkmoot/core/conformance'
import { expect, test } from 'vitest'
import { Database } from './database.ts'
import { FILE_NAME, openDatabaseFile } from './database-file.ts'
import { type SqliteStorage, storageOver } from './sqlite-storage.ts'
import { emptyDirectory } from './testing/directory.ts'

function append(storage: SqliteStorage, last: VerifiedEntry | undefined): VerifiedEntry {
  const entry = sampleEntry(last, new Uint8Array(2000))
  storage.transact(true, () => {
    storage.entries.append(entry, { status: 'applied', document: sampleId(`${entry.seq}`) })
    storage.rows.put(sampleRow(`${entry.seq}`, { content: `memory ${entry.seq} ${'word '.repeat(100)}` }))
  })
  return entry
}

test('a full disk loses nothing, says so, and is over when there is room', () => {
  const directory = emptyDirectory()
  const database = new Database(openDatabaseFile(directory), join(directory, FILE_NAME))
  const storage = storageOver(database, () => {})
  let last = append(storage, undefined)
  database.exec('PRAGMA max_page_count = 100')
  const fill = () => {
    for (;;) last = append(storage, last)
  }
  expect(fill).toThrow(expect.objectContaining({ code: 'disk' }))
  expect(() => append(storage, last)).toThrow(expect.objectContaining({ code: 'disk' }))
  const seqs = () => storage.entries.read(last.log, 0, 1e9).map(({ entry }) => entry.seq)
  const kept = Array.from({ length: last.seq + 1 }, (_, i) => i)
  expect(kept.length).toBeGreaterThan(5)
  expect(seqs()).toEqual(kept)
  expect([...storage.entries.heads()].map(({ hash }) => hash)).toEqual([last.hash])
  storage.rows.search({ text: 'memory', limit: 9 })
  database.exec('PRAGMA max_page_count = 100000')
  append(storage, last)
  expect(seqs()).toEqual([...kept, kept.length])
  expect(storage.rows.search({ text: 'memory', limit: 1000 }).length).toBe(kept.length + 1)
  expect(storage.problems()).toEqual([])
  storage.close()
  expect(new DatabaseSync(join(directory, FILE_NAME)).prepare('PRAGMA integrity_check').get()).toEqual({
    integrity_check: 'ok',
  })
})
