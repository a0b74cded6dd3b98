import { type ScopeAddress, utf8 } from '@folkmoot/core'
import { SAMPLE_SCOPE, sampleEntry, sampleId, sampleRow } from '@folkmoot/core/conformance'
import { expect, test } from 'vitest'
import { openSqliteStorage, type SqliteStorage } from './sqlite-storage.ts'
import { allBytes, emptyDirectory } from './testing/directory.ts'

const SECRET = 'zanzibarsecret'

/** Enough others that full-text segments are written and merged around the secret. */
function writeOthers(storage: SqliteStorage, count: number, name: string): void {
  storage.transact(true, () => {
    for (let i = 0; i < count; i++)
      storage.rows.put(sampleRow(`${name} ${i}`, { content: `${name} zan${i} z` }))
  })
}

function erase(storage: SqliteStorage, ...rows: readonly string[]): void {
  storage.transact(true, () => {
    for (const row of rows) {
      const id = sampleId(row)
      for (const { entry } of storage.entries.ofDocument(id)) {
        storage.entries.amend(entry.hash, { status: 'erased', document: id })
      }
      storage.rows.put(sampleRow(row, { erased: true }))
    }
  })
}

function remember(storage: SqliteStorage, content: string): void {
  storage.transact(true, () =>
    storage.rows.put(sampleRow('secret', { content, key: content, tags: [content] })),
  )
}

test.each([
  ['indexed', 300, undefined],
  ['still waiting for the index', 3, undefined],
  ['rewritten before', 300, 'harmless'],
  ['rewritten and still waiting', 3, 'harmless'],
  ['retracted before', 300, ''],
])('an erased text is nowhere in the files: %s', (_, others, rewritten) => {
  const directory = emptyDirectory()
  const storage = openSqliteStorage(directory)
  writeOthers(storage, others, 'before')
  const entry = sampleEntry(undefined, utf8(`payload ${SECRET}`))
  storage.transact(true, () =>
    storage.entries.append(entry, { status: 'applied', document: sampleId('secret') }),
  )
  remember(storage, `the ${SECRET}`)
  writeOthers(storage, others, 'after')
  expect(allBytes(directory).includes(SECRET)).toBe(true)
  if (rewritten !== undefined) {
    remember(storage, rewritten)
    writeOthers(storage, others, 'later')
  }
  erase(storage, 'secret')
  expect(allBytes(directory).includes(SECRET)).toBe(false)
  expect(allBytes(directory).includes('zibarsecret')).toBe(false)
  expect(storage.rows.search({ text: SECRET, limit: 9 })).toEqual([])
  expect(storage.rows.search({ text: 'before', limit: 999 }).length).toBe(others)
  storage.close()
  expect(allBytes(directory).includes('zibarsecret')).toBe(false)
})

test('a page of entries that was not read to its end does not keep an erasure from the disk', () => {
  const directory = emptyDirectory()
  const storage = openSqliteStorage(directory)
  const first = sampleEntry(undefined, utf8(SECRET))
  const second = sampleEntry(first)
  storage.transact(true, () => {
    for (const entry of [first, second]) storage.entries.append(entry, { status: 'applied' })
  })
  expect(storage.entries.read(first.log, 0, 0).length).toBe(1)
  for (const _ of storage.rows.digests()) break
  storage.transact(true, () => storage.entries.amend(first.hash, { status: 'erased' }))
  expect(allBytes(directory).includes(SECRET)).toBe(false)
  storage.close()
})

test('nor is the beginning of a word that stood between two pages of the index', () => {
  const directory = emptyDirectory()
  const storage = openSqliteStorage(directory)
  // So alike that the index needs nearly all of a word to tell it from the one before.
  const secrets = Array.from({ length: 6000 }, (_, i) => `passphraseofalice${String(i).padStart(6, '0')}`)
  storage.transact(true, () => {
    for (const secret of secrets) storage.rows.put(sampleRow(secret, { content: secret }))
  })
  expect(storage.rows.search({ text: secrets[0] ?? '', limit: 9 }).length).toBe(1)
  const gone = secrets.filter((_, i) => i % 2 === 1)
  erase(storage, ...gone)
  const bytes = allBytes(directory).toString('latin1')
  expect(gone.filter(secret => bytes.includes(secret))).toEqual([])
  const [left = ''] = secrets
  expect(storage.rows.search({ text: left, limit: 9 }).length).toBe(1)
  erase(storage, ...secrets.filter(secret => !gone.includes(secret)))
  expect(allBytes(directory).includes('passphrase')).toBe(false)
  storage.close()
})

test('what is known of who may read an erased row goes with it', () => {
  const directory = emptyDirectory()
  const storage = openSqliteStorage(directory)
  storage.transact(true, () => storage.rows.put(sampleRow('secret', { resources: [SECRET] })))
  expect(allBytes(directory).includes(SECRET)).toBe(true)
  erase(storage, 'secret')
  expect(allBytes(directory).includes(SECRET)).toBe(false)
  storage.close()
})

test('a discarded scope is nowhere in the files', () => {
  const directory = emptyDirectory()
  const storage = openSqliteStorage(directory)
  const scope = `user=x,run=${SECRET}` as ScopeAddress
  const entry = sampleEntry(undefined, utf8(`payload ${SECRET}`))
  writeOthers(storage, 300, 'before')
  storage.transact(true, () => {
    storage.notes.nameScope(SAMPLE_SCOPE, scope)
    storage.entries.append(entry, { status: 'applied', document: sampleId('secret') })
    storage.rows.put(
      sampleRow('secret', {
        ...{ content: `first ${SECRET}`, key: SECRET, tags: [SECRET], resources: [SECRET] },
        scope,
      }),
    )
  })
  writeOthers(storage, 300, 'after')
  storage.transact(true, () => storage.rows.put(sampleRow('secret', { content: `the ${SECRET}`, scope })))
  writeOthers(storage, 3, 'later')
  storage.transact(true, () => storage.discard(SAMPLE_SCOPE))
  expect(allBytes(directory).includes(SECRET)).toBe(false)
  expect(allBytes(directory).includes('zibarsecret')).toBe(false)
  expect(storage.problems()).toEqual([])
  storage.close()
})
