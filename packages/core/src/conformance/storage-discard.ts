import { utf8 } from '../bytes.ts'
import type { VerifiedEntry } from '../entry.ts'
import { type LogId, type ScopeId, shortHash } from '../ids.ts'
import type { Storage } from '../ports.ts'
import type { ScopeAddress } from '../scope.ts'
import type { TestRunner } from './runner.ts'
import { nowAndReopened, type StorageLaws } from './storage-harness.ts'
import { SAMPLE_SCOPE, sampleEntry, sampleId, sampleRow } from './storage-samples.ts'

const OTHER_SCOPE = shortHash('sample', utf8('other scope')) as ScopeId
const ADDRESS = 'user=x,run=r1'
const OTHER_ADDRESS = 'user=x'

export function discardLaws(law: StorageLaws, expect: TestRunner['expect']): void {
  law('a discarded scope has never been', (storage, harness) => {
    const { gone, kept } = fill(storage)
    const before = viewOf(storage, kept)
    storage.transact(true, () => storage.discard(SAMPLE_SCOPE))
    for (const opened of nowAndReopened(storage, harness)) {
      expect(viewOf(opened, kept)).toEqual(before)
      for (const { log, hash } of gone) {
        expect(opened.entries.find(hash)).toBe(undefined)
        expect(opened.entries.read(log, 0, Number.MAX_SAFE_INTEGER)).toEqual([])
      }
      expect(opened.entries.ofDocument(sampleId('a'))).toEqual([])
      expect(opened.rows.get(sampleId('a'))).toBe(undefined)
      for (const query of [{ tag: 'gone' }, { key: 'gone' }, { scope: ADDRESS as ScopeAddress }]) {
        expect(opened.rows.list({ ...query, limit: 9 })).toEqual([])
      }
      expect(opened.rows.search({ text: 'vanishing', limit: 9 })).toEqual([])
      expect([...opened.entries.heads()].map(({ scope }) => scope)).toEqual([OTHER_SCOPE])
      expect([...opened.notes.scopes()].map(({ id }) => id)).toEqual([OTHER_SCOPE])
      expect([...opened.rows.digests()].map(({ id }) => id)).toEqual([sampleId('b')])
    }
  })

  law('a discarded scope can begin again', storage => {
    const { gone } = fill(storage)
    storage.transact(true, () => storage.discard(SAMPLE_SCOPE))
    const first = gone[0] as VerifiedEntry
    storage.transact(true, () => {
      storage.notes.nameScope(SAMPLE_SCOPE, ADDRESS as ScopeAddress)
      storage.entries.append(first, { status: 'applied', document: sampleId('a') })
      storage.rows.put(sampleRow('a', { content: 'another text', scope: ADDRESS }))
    })
    expect(storage.entries.ofDocument(sampleId('a')).map(({ entry }) => entry)).toEqual([first])
    expect(storage.rows.search({ text: 'another', limit: 9 }).length).toBe(1)
    expect(storage.rows.search({ text: 'vanishing', limit: 9 })).toEqual([])
  })

  law('a throw after discarding brings it all back', storage => {
    const { gone, kept } = fill(storage)
    const before = viewOf(storage, [...gone, ...kept])
    expect(() =>
      storage.transact(true, () => {
        storage.discard(SAMPLE_SCOPE)
        throw new RangeError('the work failed')
      }),
    ).toThrow('the work failed')
    expect(viewOf(storage, [...gone, ...kept])).toEqual(before)
  })

  law('an entry of another scope that names a discarded document is left', storage => {
    const { kept } = fill(storage)
    const stranger = sampleEntry(kept.at(-1))
    storage.transact(false, () =>
      storage.entries.append(stranger, { status: 'rejected', document: sampleId('a'), reason: 'no' }),
    )
    storage.transact(true, () => storage.discard(SAMPLE_SCOPE))
    expect(storage.entries.ofDocument(sampleId('a')).map(({ entry }) => entry.hash)).toEqual([stranger.hash])
    expect(storage.rows.get(sampleId('a'))).toBe(undefined)
  })

  law('a scope that is not here is no trouble', storage => {
    const { gone, kept } = fill(storage)
    const before = viewOf(storage, [...gone, ...kept])
    storage.transact(true, () => storage.discard('f'.repeat(32) as ScopeId))
    expect(viewOf(storage, [...gone, ...kept])).toEqual(before)
    expect(() => storage.discard(SAMPLE_SCOPE)).toThrow()
  })
}

/** Two logs of a scope that is to go, one of a scope that stays; a row of each. */
function fill(storage: Storage) {
  const first = sampleEntry(undefined)
  const gone = [first, sampleEntry(first), sampleEntry(undefined, undefined, 1)]
  const other = sampleEntry(undefined, utf8('payload'), 0, OTHER_SCOPE)
  const kept = [other, sampleEntry(other)]
  storage.transact(true, () => {
    storage.notes.nameScope(SAMPLE_SCOPE, ADDRESS as ScopeAddress)
    storage.notes.nameScope(OTHER_SCOPE, OTHER_ADDRESS as ScopeAddress)
    for (const entry of gone) storage.entries.append(entry, { status: 'applied', document: sampleId('a') })
    for (const entry of kept) storage.entries.append(entry, { status: 'applied', document: sampleId('b') })
    storage.rows.put(
      sampleRow('a', { content: 'vanishing words', tags: ['gone', 'both'], key: 'gone', scope: ADDRESS }),
    )
    storage.rows.put(sampleRow('b', { content: 'lasting words', tags: ['both'], scope: OTHER_ADDRESS }))
  })
  return { gone, kept }
}

function viewOf(storage: Storage, entries: readonly VerifiedEntry[]) {
  const logs = [...new Set(entries.map(({ log }) => log))].sort() as LogId[]
  const ids = ['a', 'b'].map(sampleId)
  const rows = logs.length === 1 ? ids.slice(1) : ids
  return {
    logs: logs.map(log => storage.entries.read(log, 0, Number.MAX_SAFE_INTEGER)),
    documents: rows.map(id => storage.entries.ofDocument(id)),
    rows: rows.map(id => storage.rows.get(id)),
    found: storage.rows.search({ text: 'lasting', limit: 9 }).map(({ row }) => row.id),
    tagged: rows.map(id => storage.rows.list({ tag: 'both', limit: 9 }).some(row => row.id === id)),
  }
}
