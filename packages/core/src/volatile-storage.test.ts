import { describe, expect, test } from 'vitest'
import { storageConformance } from './conformance/storage.ts'
import { sampleChain, sampleEntry, sampleId, sampleRow } from './conformance/storage-samples.ts'
import type { VerifiedEntry } from './entry.ts'
import { createVolatileStorage, type VolatileStorage } from './volatile-storage.ts'

storageConformance({ describe, test, expect }, () => {
  const storage = createVolatileStorage()
  return { storage, reopen: () => storage.crash(storage.losable), dispose: () => storage.close() }
})

describe('a loss of power', () => {
  const [log] = sampleChain(1).map(entry => entry.log)
  const seqs = (storage: VolatileStorage) =>
    log === undefined ? [] : storage.entries.read(log, 0, 1e9).map(({ entry }) => entry.seq)

  function written(durable: readonly boolean[]): VolatileStorage {
    const storage = createVolatileStorage()
    let last: VerifiedEntry | undefined
    for (const each of durable) {
      const entry = sampleEntry(last)
      storage.transact(each, () => {
        storage.entries.append(entry, { status: 'applied', document: sampleId('a') })
        storage.rows.put(sampleRow('a', { content: `seq ${entry.seq}` }))
      })
      last = entry
    }
    return storage
  }

  test('keeps what was durable and everything before it', () => {
    expect(seqs(written([false, false, true, false, false]).crash())).toEqual([0, 1, 2])
    expect(seqs(written([true, true]).crash())).toEqual([0, 1])
    expect(seqs(written([false, false]).crash())).toEqual([])
  })

  test('takes a suffix, as long as the caller says', () => {
    for (const kept of [0, 1, 2, 3, 99]) {
      const storage = written([true, false, false, false])
      expect(storage.losable).toBe(3)
      const after = storage.crash(kept)
      expect(seqs(after).length).toBe(1 + Math.min(kept, 3))
      expect(after.rows.get(sampleId('a'))).toEqual(sampleRow('a', { content: `seq ${seqs(after).at(-1)}` }))
      expect(after.losable).toBe(0)
    }
  })

  test('closes the storage it happened to', () => {
    const storage = written([true])
    storage.crash()
    expect(() => storage.transact(true, () => 0)).toThrow('closed')
  })

  test('leaves a storage that goes on', () => {
    const after = written([true, false]).crash()
    const [, second] = sampleChain(2)
    after.transact(false, () => second && after.entries.append(second, { status: 'applied' }))
    expect(seqs(after)).toEqual([0, 1])
    expect(seqs(after.crash())).toEqual([0])
  })
})
