import { closeSync, fsyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Database } from './database.ts'
import { FILE_NAME } from './database-file.ts'
import { diskError } from './disk-error.ts'

const PRIVATE_FILE = 0o600

/**
 * Writes all that is committed into a memory of its own in `directory`, which must be there and hold none. What only
 * the write-ahead log has is in it; free pages are not, so nothing that was erased comes along.
 * @throws FolkmootError `directory` or `disk`: then half a copy may be left, which the caller takes away
 */
export function copyDatabase(database: Database, directory: string): void {
  const file = join(directory, FILE_NAME)
  try {
    // SQLite fills an empty file as well, and would itself make one that others may read.
    closeSync(openSync(file, 'wx', PRIVATE_FILE))
    database.prepare('VACUUM INTO ?').run(file)
    const copy = new DatabaseSync(file)
    copy.exec('PRAGMA journal_mode = WAL')
    copy.close()
    // VACUUM INTO does not wait for the disk.
    const handle = openSync(file, 'r')
    fsyncSync(handle)
    closeSync(handle)
  } catch (error) {
    throw diskError(error, file)
  }
}
