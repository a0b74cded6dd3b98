import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { utf8 } from '@folkmoot/core'
import { sampleEntry, sampleId, sampleRow } from '@folkmoot/core/conformance'
import { expect, test } from 'vitest'
import { openSqliteStorage } from './sqlite-storage.ts'
import { allBytes, emptyDirectory } from './testing/directory.ts'

const SECRET = 'zanzibarsecret'

test('a copy holds what only the write-ahead log has, and goes its own way', () => {
  const [from, to] = [emptyDirectory(), emptyDirectory()]
  const storage = openSqliteStorage(from)
  const first = sampleEntry(undefined, utf8('payload'))
  storage.transact(true, () => {
    storage.entries.append(first, { status: 'applied', document: sampleId('one') })
    storage.rows.put(sampleRow('one', { content: 'the quick fox' }))
  })
  expect(statSync(join(from, 'memory.sqlite-wal')).size).toBeGreaterThan(0)
  storage.copyTo(to)
  storage.transact(true, () => storage.rows.put(sampleRow('two', { content: 'later' })))
  const copy = openSqliteStorage(to)
  expect(copy.problems()).toEqual([])
  expect(copy.entries.find(first.hash)?.entry.hash).toBe(first.hash)
  expect(copy.rows.search({ text: 'fox', limit: 9 })).toHaveLength(1)
  expect(copy.rows.get(sampleId('two'))).toBeUndefined()
  copy.transact(true, () => copy.rows.put(sampleRow('three', { content: 'only here' })))
  expect(storage.rows.get(sampleId('three'))).toBeUndefined()
  copy.close()
  storage.close()
})

test('nobody else may read a copy, and nothing that was erased is in it', () => {
  const [from, to] = [emptyDirectory(), emptyDirectory()]
  const storage = openSqliteStorage(from)
  storage.transact(true, () => {
    for (let i = 0; i < 300; i++) storage.rows.put(sampleRow(`row ${i}`, { content: `${SECRET} ${i}` }))
  })
  storage.transact(true, () => {
    for (let i = 0; i < 300; i++) storage.rows.put(sampleRow(`row ${i}`, { erased: true }))
  })
  storage.copyTo(to)
  expect(readdirSync(to)).toEqual(['memory.sqlite'])
  expect(statSync(join(to, 'memory.sqlite')).mode & 0o777).toBe(0o600)
  expect(allBytes(to).includes(SECRET)).toBe(false)
  const copy = openSqliteStorage(to)
  copy.transact(true, () => copy.rows.put(sampleRow('secret', { content: SECRET })))
  copy.transact(true, () => copy.rows.put(sampleRow('secret', { erased: true })))
  expect(allBytes(to).includes(SECRET)).toBe(false)
  copy.close()
  storage.close()
})

test('a memory that is there is not written over', () => {
  const [from, to] = [emptyDirectory(), emptyDirectory()]
  const storage = openSqliteStorage(from)
  writeFileSync(join(to, 'memory.sqlite'), 'somebody else’s')
  expect(() => storage.copyTo(to)).toThrow(expect.objectContaining({ code: 'directory' }))
  expect(() => storage.copyTo(join(to, 'nowhere'))).toThrow(expect.objectContaining({ code: 'directory' }))
  expect(allBytes(to).includes('somebody else')).toBe(true)
  storage.close()
})
