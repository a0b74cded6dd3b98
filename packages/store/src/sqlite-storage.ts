import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ScopeId, Storage } from '@folkmoot/core'
import { copyDatabase } from './copy-database.ts'
import { Database } from './database.ts'
import { FILE_NAME, openDatabaseFile } from './database-file.ts'
import { lockDirectory } from './directory-lock.ts'
import { DocumentNumbers } from './document-numbers.ts'
import { EntryTable } from './entry-table.ts'
import { findProblems } from './integrity.ts'
import { NoteTable } from './note-table.ts'
import { RowTable } from './row-table.ts'

export interface SqliteStorage extends Storage {
  /** What is wrong with the file, in sentences; none if it is whole. Reads everything. */
  problems(): readonly string[]
  /** Writes a copy of all that is committed into another directory. @throws FolkmootError `directory` or `disk` */
  copyTo(directory: string): void
}

/** Whether there is a memory in `directory`, in whatever state. */
export function hasMemory(directory: string): boolean {
  return existsSync(join(directory, FILE_NAME))
}

/**
 * The memory in `directory`, made if it is not there, and ours alone until it is closed.
 * @throws FolkmootError `busy` if a node has it, `directory` or `disk` if it cannot be used; then it is as it was
 */
export function openSqliteStorage(directory: string): SqliteStorage {
  const lock = lockDirectory(directory)
  try {
    const database = new Database(openDatabaseFile(directory), join(directory, FILE_NAME))
    return storageOver(database, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}

/** @param released called when the storage is closed */
export function storageOver(database: Database, released: () => void): SqliteStorage {
  const documents = new DocumentNumbers(database)
  const entries = new EntryTable(database, documents)
  const rows = new RowTable(database, documents)
  const notes = new NoteTable(database)
  return {
    entries,
    rows,
    notes,
    transact: (durable, work) => database.transact(durable, work),
    problems: () => findProblems(database),
    copyTo: directory => copyDatabase(database, directory),
    discard(scope: ScopeId) {
      database.assertRunning()
      const logs = entries.logsOf(scope)
      const named = entries.documentsOf(logs)
      entries.drop(logs)
      const address = notes.drop(scope, logs)
      if (address !== undefined) rows.destroy(named, address)
      // Another scope's entries may name a document that is not theirs: they are left, and so is what they name.
      documents.drop([...named].filter(number => !entries.isNamed(number)))
    },
    close() {
      database.close()
      released()
    },
  }
}
