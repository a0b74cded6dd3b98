import { chmodSync, chownSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSqliteStorage } from './sqlite-storage.ts'
import { startChild } from './testing/child.ts'
import { emptyDirectory } from './testing/directory.ts'

test('a second process is refused, and told who is there', async () => {
  const directory = emptyDirectory()
  const child = startChild(directory, 'hold')
  await child.wrote(1)
  const attempt = () => openSqliteStorage(directory)
  expect(attempt).toThrow(
    expect.objectContaining({
      code: 'busy',
      message: `a node already runs on ${directory} (pid ${child.process.pid})`,
    }),
  )
  // Refused once is refused again: the attempt itself has not loosened the lock.
  expect(attempt).toThrow(expect.objectContaining({ code: 'busy' }))
  await child.kill()
  openSqliteStorage(directory).close()
})

test('a second storage in one process is refused, and the first stays safe', async () => {
  const directory = emptyDirectory()
  const storage = openSqliteStorage(directory)
  const attempt = () => openSqliteStorage(directory)
  expect(attempt).toThrow(expect.objectContaining({ code: 'busy' }))
  expect(attempt).toThrow(`(pid ${process.pid})`)
  const child = startChild(directory, 'hold')
  await child.wrote(1)
  expect(child.lines()).toEqual(['busy'])
  await child.kill()
  storage.close()
  openSqliteStorage(directory).close()
})

test('a directory that cannot be made is refused', () => {
  const directory = emptyDirectory()
  openSqliteStorage(directory).close()
  for (const below of ['memory.sqlite', 'memory.sqlite/deeper']) {
    expect(() => openSqliteStorage(join(directory, below))).toThrow(
      expect.objectContaining({ code: 'directory' }),
    )
  }
})

test('a directory that cannot be written to is refused', async () => {
  const directory = emptyDirectory()
  openSqliteStorage(directory).close()
  // Root may write everywhere, so as root this is tried as nobody.
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined
  for (const name of readdirSync(directory)) if (nobody) chownSync(join(directory, name), nobody, nobody)
  chmodSync(directory, 0o555)
  const child = startChild(directory, 'hold', nobody)
  await child.wrote(1)
  await child.kill()
  expect(child.lines()).toEqual(['directory'])
  chmodSync(directory, 0o700)
})
