import { type ErrorCode, FolkmootError } from '@folkmoot/core'

/** SQLite's primary result codes (sqlite.org/rescode.html) that say something of the disk, not of our SQL. */
const MEANINGS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  5: ['busy', 'is in use by another program'],
  8: ['directory', 'cannot be written to'],
  10: ['disk', 'cannot be read or written: the disk reports an error'],
  11: ['directory', 'is damaged'],
  13: ['disk', 'cannot grow: the disk is full'],
  14: ['directory', 'cannot be opened'],
  26: ['directory', 'is damaged or is not a Folkmoot memory'],
}

/** What an error of node:sqlite or node:fs means to a caller; any other error is given back as it is. */
export function diskError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'ERR_INVALID_STATE') return new FolkmootError('closed', 'this storage is closed')
  if ('syscall' in error) return fileError(error, file)
  if (!('errcode' in error) || typeof error.errcode !== 'number') return error
  // The upper bits say more than a caller can act on.
  const meaning = MEANINGS[error.errcode & 0xff]
  if (meaning === undefined) return error
  const [code, what] = meaning
  return new FolkmootError(code, `${file} ${what} (${error.message})`, { cause: error })
}

function fileError(error: Error & { readonly code: unknown }, file: string): FolkmootError {
  const isDisk = error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'EIO'
  return new FolkmootError(isDisk ? 'disk' : 'directory', `${file} cannot be used: ${error.message}`, {
    cause: error,
  })
}
