import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FolkmootError } from '@folkmoot/core'
import { sampleChain, sampleId, sampleRow } from '@folkmoot/core/conformance'
import { expect, test } from 'vitest'
import { openSqliteStorage } from './sqlite-storage.ts'
import { emptyDirectory } from './testing/directory.ts'

/** A directory with some records, and its file. */
function memory(): { directory: string; file: string } {
  const directory = emptyDirectory()
  const storage = openSqliteStorage(directory)
  storage.transact(true, () => {
    for (const entry of sampleChain(300)) {
      const id = `document ${entry.seq}`
      storage.entries.append(entry, { status: 'applied', document: sampleId(id) })
      storage.rows.put(sampleRow(id, { content: `memory ${entry.seq}` }))
    }
  })
  storage.close()
  return { directory, file: join(directory, 'memory.sqlite') }
}

/** Opening is refused in one line, and the file is as it was. */
function expectRefused(directory: string, file: string, reason: string): void {
  const before = readFileSync(file)
  let refusal: unknown
  try {
    openSqliteStorage(directory)
  } catch (error) {
    refusal = error
  }
  expect(refusal).toBeInstanceOf(FolkmootError)
  expect(refusal).toMatchObject({ code: 'directory', message: expect.stringContaining(reason) })
  expect((refusal as Error).message).not.toContain('\n')
  expect(readFileSync(file).equals(before)).toBe(true)
}

test('files are readable by their owner only', () => {
  const directory = join(emptyDirectory(), 'new')
  const storage = openSqliteStorage(directory)
  storage.transact(true, () => storage.rows.put(sampleRow('a')))
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  const modes = readdirSync(directory).map(name => statSync(join(directory, name)).mode & 0o777)
  expect(modes.length).toBeGreaterThan(2)
  for (const mode of modes) expect(mode).toBe(0o600)
  storage.close()
})

test('a file that is not SQLite is refused', () => {
  for (const content of ['', 'short', 'some notes\n'.repeat(1000)]) {
    const directory = emptyDirectory()
    const file = join(directory, 'memory.sqlite')
    writeFileSync(file, content)
    expectRefused(directory, file, 'is not a Folkmoot memory')
  }
})

test('the SQLite file of another program is refused', () => {
  const directory = emptyDirectory()
  const file = join(directory, 'memory.sqlite')
  const other = new DatabaseSync(file)
  other.exec('CREATE TABLE rows (a); PRAGMA application_id = 7')
  other.close()
  expectRefused(directory, file, 'is not a Folkmoot memory')
})

test('a newer format is refused by number', () => {
  const { directory, file } = memory()
  const newer = new DatabaseSync(file)
  newer.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
  newer.close()
  expectRefused(directory, file, 'has format 99')
})

test('a damaged header is refused', () => {
  const { directory, file } = memory()
  const bytes = readFileSync(file)
  writeFileSync(file, Buffer.concat([bytes.subarray(0, 16), Buffer.alloc(40, 0xff), bytes.subarray(56)]))
  expectRefused(directory, file, 'is damaged')
})

test('a damaged schema is refused', () => {
  const { directory, file } = memory()
  const bytes = readFileSync(file)
  writeFileSync(file, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(3996, 0xee), bytes.subarray(4096)]))
  expectRefused(directory, file, 'is damaged')
})

test('a file cut short is refused', () => {
  const { directory, file } = memory()
  truncateSync(file, statSync(file).size / 2)
  expectRefused(directory, file, 'is damaged')
})

test('a missing file beside the log of its changes is refused', () => {
  const { directory, file } = memory()
  rmSync(file)
  writeFileSync(`${file}-wal`, 'frames')
  expect(() => openSqliteStorage(directory)).toThrow(expect.objectContaining({ code: 'directory' }))
  expect(readdirSync(directory)).not.toContain('memory.sqlite')
})

test('damaged pages are a typed error when met, and found when looked for', () => {
  const { directory, file } = memory()
  const bytes = readFileSync(file)
  for (let page = 20; page < bytes.length / 4096; page++) bytes.fill(0xee, page * 4096, page * 4096 + 2048)
  writeFileSync(file, bytes)
  const attempt = () => {
    const storage = openSqliteStorage(directory)
    try {
      expect(storage.problems().length).toBeGreaterThan(0)
      storage.rows.list({ limit: 1000 })
    } finally {
      storage.close()
    }
  }
  expect(attempt).toThrow(expect.objectContaining({ code: 'directory' }))
})

test('an entry whose bytes were changed is found', () => {
  const { directory, file } = memory()
  const sqlite = new DatabaseSync(file)
  sqlite.exec(`UPDATE entries SET payload = CAST('paylaod' AS BLOB) WHERE seq = 7`)
  sqlite.exec(`UPDATE entries SET payload = NULL WHERE seq = 9`)
  sqlite.close()
  const storage = openSqliteStorage(directory)
  const problems = storage.problems()
  storage.close()
  expect(problems.length).toBe(2)
  expect(problems.join()).toContain('payload is not the one the header names')
  expect(problems.join()).toContain('payload is missing')
})
