/**
 * The file of a memory. It is made whole under another name and then renamed, so it is never seen half made; it
 * is looked at through a read-only connection before anything may write, so what is refused is left as it was.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FolkmootError } from '@folkmoot/core'
import { diskError } from './disk-error.ts'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION, TABLES } from './schema.ts'

export const FILE_NAME = 'memory.sqlite'

/** Pages kept in memory: the upper levels of every index of a million records, and the leaves in use. */
const CACHE_KIB = 32 * 1024

/** Pages of the write-ahead log before they are copied into the file: 16 MiB, so that hot pages are copied once. */
const CHECKPOINT_PAGES = 4000

/** How long to wait for a program that looks into the file, such as the sqlite3 shell. */
const BUSY_MS = 2000

/** @throws FolkmootError `directory` or `disk`; then the file is as it was */
export function openDatabaseFile(directory: string): DatabaseSync {
  const file = join(directory, FILE_NAME)
  return guarded(file, () => {
    if (!existsSync(file)) create(directory, file)
    checkHeader(file)
    checkSchema(file)
    const sqlite = new DatabaseSync(file, { timeout: BUSY_MS })
    sqlite.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA secure_delete = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA journal_size_limit = ${CHECKPOINT_PAGES * 4096 * 2};
    `)
    return sqlite
  })
}

function create(directory: string, file: string): void {
  if (existsSync(`${file}-wal`)) {
    throw new FolkmootError('directory', `${file} is missing, but the log of its last changes is there`)
  }
  const draft = `${file}.new`
  rmSync(draft, { force: true })
  closeSync(openSync(draft, 'wx', 0o600))
  const sqlite = new DatabaseSync(draft)
  sqlite.exec(`
    PRAGMA secure_delete = ON;
    BEGIN;
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};
    ${SCHEMA}
    COMMIT;
    PRAGMA journal_mode = WAL;
  `)
  sqlite.close()
  renameSync(draft, file)
  syncDirectory(directory)
}

/** A rename survives loss of power only when its directory has been written. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'
const USER_VERSION_AT = 60
const APPLICATION_ID_AT = 68

/** The file's own words, before SQLite has touched it (sqlite.org/fileformat.html, 1.3). */
function checkHeader(file: string): void {
  const header = readHeader(file)
  const isMemory =
    header.toString('latin1', 0, MAGIC.length) === MAGIC &&
    header.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID
  if (!isMemory) throw new FolkmootError('directory', `${file} is damaged or is not a Folkmoot memory`)
  checkVersion(file, header.readUInt32BE(USER_VERSION_AT))
}

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  accessSync(file, constants.R_OK | constants.W_OK)
  const handle = openSync(file, 'r')
  readSync(handle, header, 0, HEADER_BYTES, 0)
  closeSync(handle)
  return header
}

function checkSchema(file: string): void {
  const sqlite = new DatabaseSync(file, { readOnly: true })
  try {
    checkVersion(file, sqlite.prepare('PRAGMA user_version').get()?.user_version)
    const tables = sqlite.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
    const names = new Set(tables.map(({ name }) => name))
    const missing = TABLES.find(name => !names.has(name))
    if (missing !== undefined) {
      throw new FolkmootError('directory', `${file} is damaged: it has no table ${missing}`)
    }
  } finally {
    sqlite.close()
  }
}

function checkVersion(file: string, version: unknown): void {
  if (version === SCHEMA_VERSION) return
  throw new FolkmootError(
    'directory',
    `${file} has format ${String(version)}; this version of Folkmoot reads format ${SCHEMA_VERSION}`,
  )
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw diskError(error, file)
  }
}
