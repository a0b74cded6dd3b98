/**
 * One node per directory. Node has no file locks, SQLite has: an open exclusive transaction on a file of its own.
 * The kernel lets go of it when the process ends, however it ends. The memory itself is not used for this, because
 * any read of a file through node:fs drops the process's locks on it (POSIX), and backups read the memory.
 */
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FolkmootError } from '@folkmoot/core'
import { diskError } from './disk-error.ts'

const LOCK_NAME = 'lock.sqlite'
const PID_NAME = 'lock.pid'
const SQLITE_BUSY = 5

export interface DirectoryLock {
  release(): void
}

/** Makes the directory if need be. @throws FolkmootError `busy` or `directory` */
export function lockDirectory(directory: string): DirectoryLock {
  const lock = join(directory, LOCK_NAME)
  const pid = join(directory, PID_NAME)
  prepare(directory, lock)
  const sqlite = hold(directory, lock, pid)
  writePid(pid)
  return {
    release() {
      if (!sqlite.isOpen) return
      rmSync(pid, { force: true })
      sqlite.close()
    },
  }
}

function prepare(directory: string, lock: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK)
    closeSync(openSync(lock, 'wx', 0o600))
  } catch (error) {
    // Exclusive creation never opens a file that exists, which would drop the lock this process may have on it.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isDirectory(directory)) return
    throw diskError(error, directory)
  }
}

function hold(directory: string, lock: string, pid: string): DatabaseSync {
  let sqlite: DatabaseSync | undefined
  try {
    sqlite = new DatabaseSync(lock)
    sqlite.exec('BEGIN EXCLUSIVE')
    return sqlite
  } catch (error) {
    sqlite?.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw new FolkmootError('busy', `a node already runs on ${directory} (pid ${readPid(pid)})`)
    }
    throw diskError(error, lock)
  }
}

/** Only for the message to others: a full disk shall not keep anyone from their memory. */
function writePid(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { mode: 0o600 })
  } catch {}
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
