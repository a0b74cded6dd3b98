import type { ScopeId } from '../ids.ts'
import type { Storage } from '../ports.ts'
import { DEFAULT_SCOPE } from '../scope.ts'
import type { TestRunner } from './runner.ts'
import type { StorageLaws } from './storage-harness.ts'
import { sampleChain, sampleEntry, sampleId, sampleRow } from './storage-samples.ts'

const SCOPE_ID = '1'.repeat(32) as ScopeId

export function transactionLaws(law: StorageLaws, expect: TestRunner['expect']): void {
  law('gives what the work gives', storage => {
    expect(storage.transact(false, () => 7)).toBe(7)
    expect(storage.transact(true, () => 'done')).toBe('done')
  })

  law('a throw leaves nothing behind', storage => {
    const [first, second] = writeOneOfEach(storage)
    const before = everything(storage)
    expect(() =>
      storage.transact(true, () => {
        storage.entries.append(second, { status: 'applied', document: sampleId('a') })
        storage.entries.append(sampleEntry(undefined, undefined, 9), { status: 'applied' })
        storage.entries.amend(first.hash, { status: 'erased' })
        storage.rows.put(sampleRow('a', { content: 'other words', tags: ['other'], key: 'k2' }))
        storage.rows.put(sampleRow('b', { content: 'words' }))
        storage.rows.clear()
        storage.rows.put(sampleRow('c', { content: 'words' }))
        storage.notes.nameScope('2'.repeat(32) as ScopeId, DEFAULT_SCOPE)
        storage.notes.refuse({ at: 2, from: 'x', code: 'gap', reason: 'r' })
        throw new RangeError('the work failed')
      }),
    ).toThrow('the work failed')
    expect(everything(storage)).toEqual(before)
  })

  law('goes on after a throw as if it had not been', storage => {
    const [, second] = writeOneOfEach(storage)
    const attempt = () => storage.entries.append(second, { status: 'applied' })
    expect(() =>
      storage.transact(false, () => {
        attempt()
        throw new RangeError('the work failed')
      }),
    ).toThrow('the work failed')
    storage.transact(false, attempt)
    expect(storage.entries.find(second.hash)?.status).toBe('applied')
  })

  law('a work sees its own changes', storage => {
    storage.transact(true, () => {
      const [first] = writeAll(storage)
      expect(storage.entries.find(first.hash)?.entry).toEqual(first)
      expect(storage.entries.ofDocument(sampleId('a')).length).toBe(1)
      expect(storage.rows.get(sampleId('a'))).toEqual(ROW)
      expect(storage.rows.list({ limit: 9 })).toEqual([ROW])
      expect(storage.rows.search({ text: 'words', limit: 9 }).length).toBe(1)
    })
  })

  law('transactions do not nest', storage => {
    expect(() => storage.transact(true, () => storage.transact(true, () => 1))).toThrow()
    expect(storage.transact(true, () => 1)).toBe(1)
  })

  law('changes are made inside a transaction only', storage => {
    const [first] = sampleChain(1)
    expect(() => storage.rows.put(ROW)).toThrow()
    expect(() => first && storage.entries.append(first, { status: 'applied' })).toThrow()
    expect(everything(storage).heads).toEqual([])
    expect(everything(storage).rows).toEqual([])
  })

  law('what was committed is there after reopening', (storage, harness) => {
    writeOneOfEach(storage)
    storage.transact(false, () => storage.rows.put(sampleRow('b', { content: 'later words', updatedAt: 5 })))
    const before = everything(storage)
    expect(everything(harness.reopen())).toEqual(before)
  })

  law('a closed storage says so', storage => {
    storage.close()
    storage.close()
    expect(() => storage.transact(false, () => 1)).toThrow('closed')
  })
}

const ROW = sampleRow('a', { content: 'some words', tags: ['t'], key: 'k' })

function writeOneOfEach(storage: Storage): ReturnType<typeof writeAll> {
  return storage.transact(true, () => writeAll(storage))
}

/** Gives the entry appended and the next one of its log. */
function writeAll(storage: Storage) {
  const first = sampleEntry(undefined)
  storage.entries.append(first, { status: 'applied', document: sampleId('a') })
  storage.rows.put(ROW)
  storage.notes.nameScope(SCOPE_ID, DEFAULT_SCOPE)
  storage.notes.refuse({ at: 1, from: 'x', code: 'gap', reason: 'r' })
  return [first, sampleEntry(first)] as const
}

function everything(storage: Storage) {
  const heads = [...storage.entries.heads()].map(({ log, seq, hash }) => ({ log, seq, hash }))
  return {
    heads,
    entries: heads.map(({ log }) => storage.entries.read(log, 0, Number.MAX_SAFE_INTEGER)),
    ofDocument: storage.entries.ofDocument(sampleId('a')),
    rows: storage.rows.list({ limit: 100 }),
    tagged: storage.rows.list({ tag: 't', limit: 100 }),
    keyed: storage.rows.list({ key: 'k', limit: 100 }),
    found: storage.rows.search({ text: 'words', limit: 100 }).map(({ row }) => row.id),
    digests: [...storage.rows.digests()].map(({ digest }) => digest),
    scopes: [...storage.notes.scopes()],
    refusals: storage.notes.refusals(),
  }
}
