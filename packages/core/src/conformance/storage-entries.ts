import { utf8 } from '../bytes.ts'
import type { VerifiedEntry } from '../entry.ts'
import type { EntryHash, LogId } from '../ids.ts'
import type { Placement, Storage } from '../ports.ts'
import type { TestRunner } from './runner.ts'
import { nowAndReopened, type StorageLaws } from './storage-harness.ts'
import { sampleChain, sampleEntry, sampleId } from './storage-samples.ts'

const APPLIED: Placement = { status: 'applied' }
const ALL = Number.MAX_SAFE_INTEGER

export function entryLaws(law: StorageLaws, expect: TestRunner['expect']): void {
  law('a log takes head + 1 and nothing else', storage => {
    const chain = sampleChain(4)
    const [first, second, third, fourth] = chain as [
      VerifiedEntry,
      VerifiedEntry,
      VerifiedEntry,
      VerifiedEntry,
    ]
    const append = (entry: VerifiedEntry) => () => appendAll(storage, [entry], APPLIED)
    expect(append(second)).toThrow()
    appendAll(storage, [first, second], APPLIED)
    expect(append(first)).toThrow()
    expect(append(second)).toThrow()
    expect(append(fourth)).toThrow()
    expect(append(sampleEntry(sampleEntry(first, utf8('a fork'))))).toThrow()
    appendAll(storage, [third, fourth], APPLIED)
    expect(storage.entries.read(first.log, 0, ALL).map(({ entry }) => entry)).toEqual(chain)
  })

  law('heads are the last entries of all logs', (storage, harness) => {
    const chains = [sampleChain(1), sampleChain(3, undefined, 1), sampleChain(2, undefined, 2)]
    for (const chain of chains) appendAll(storage, chain, APPLIED)
    const wanted = chains.map(chain => chain.at(-1) as VerifiedEntry)
    for (const opened of nowAndReopened(storage, harness)) {
      const heads = new Map([...opened.entries.heads()].map(head => [head.log, head]))
      expect(heads.size).toBe(3)
      for (const { log, seq, hash, at, tick, scope, node, incarnation } of wanted) {
        const head = heads.get(log)
        expect(head?.seq).toBe(seq)
        expect(head?.hash).toBe(hash)
        expect([head?.at, head?.tick]).toEqual([at, tick])
        expect([head?.scope, head?.node, head?.incarnation]).toEqual([scope, node, incarnation])
      }
    }
  })

  law('a page keeps to its bytes but has one entry at least', storage => {
    const chain = sampleChain(5, new Uint8Array(1000))
    const { log, bytes } = chain[0] as VerifiedEntry
    const size = bytes.header.length + 1000
    appendAll(storage, chain, APPLIED)
    const seqs = (seq: number, bytesMax: number) =>
      storage.entries.read(log, seq, bytesMax).map(({ entry }) => entry.seq)
    expect(seqs(0, 0)).toEqual([0])
    expect(seqs(3, 1)).toEqual([3])
    // Headers grow by a few bytes with seq, hence a little more than two and three of them.
    expect(seqs(0, 2 * size + 100)).toEqual([0, 1])
    expect(seqs(1, 3 * size + 200)).toEqual([1, 2, 3])
    expect(seqs(2, ALL)).toEqual([2, 3, 4])
    expect(seqs(5, ALL)).toEqual([])
    expect(storage.entries.read('f'.repeat(32) as LogId, 0, ALL)).toEqual([])
  })

  law('an entry is found with its bytes and its placement', (storage, harness) => {
    const [first, second] = sampleChain(2, utf8('bytes')) as [VerifiedEntry, VerifiedEntry]
    appendAll(storage, [first], { status: 'rejected', document: sampleId('a'), reason: 'no' })
    appendAll(storage, [second], APPLIED)
    for (const opened of nowAndReopened(storage, harness)) {
      expect(opened.entries.find(first.hash)).toEqual({
        status: 'rejected',
        document: sampleId('a'),
        reason: 'no',
        entry: first,
      })
      expect(opened.entries.find(second.hash)).toEqual({ status: 'applied', entry: second })
      expect(opened.entries.find('0'.repeat(64) as EntryHash)).toBe(undefined)
    }
  })

  law('an entry may come without its payload', storage => {
    const whole = sampleEntry(undefined)
    const bare = { ...whole, bytes: { ...whole.bytes, payload: null, signature: new Uint8Array(64) } }
    appendAll(storage, [bare], { status: 'detached' })
    expect(storage.entries.find(whole.hash)).toEqual({ status: 'detached', entry: bare })
  })

  law('a document has its entries in their order of arrival', storage => {
    const one = sampleChain(3)
    const other = sampleChain(3, undefined, 1)
    const arrivals = [other[0], one[0], one[1], other[1], other[2], one[2]] as VerifiedEntry[]
    for (const entry of arrivals) {
      appendAll(storage, [entry], { status: 'applied', document: sampleId(entry.seq === 1 ? 'b' : 'a') })
    }
    const hashes = (name: string) => storage.entries.ofDocument(sampleId(name)).map(({ entry }) => entry.hash)
    const wanted = (seq: (n: number) => boolean) => arrivals.filter(e => seq(e.seq)).map(({ hash }) => hash)
    expect(hashes('a')).toEqual(wanted(seq => seq !== 1))
    expect(hashes('b')).toEqual(wanted(seq => seq === 1))
    expect(hashes('c')).toEqual([])
  })

  law('the documents of a part of a log are those that its entries name', (storage, harness) => {
    const chain = sampleChain(5) as [VerifiedEntry, ...VerifiedEntry[]]
    for (const [i, name] of ['a', 'b', 'a', 'c'].entries()) {
      appendAll(storage, chain.slice(i, i + 1), { ...APPLIED, document: sampleId(name) })
    }
    appendAll(storage, chain.slice(4), APPLIED)
    appendAll(storage, sampleChain(2, undefined, 1), { ...APPLIED, document: sampleId('other') })
    const { log } = chain[0]
    for (const opened of nowAndReopened(storage, harness)) {
      const named = (from: number, to: number) => [...opened.entries.documentsIn(log, from, to)].sort()
      expect(named(0, 3)).toEqual(['a', 'b'].map(sampleId).sort())
      expect(named(1, 2)).toEqual([sampleId('b')])
      expect(named(2, 99)).toEqual(['a', 'c'].map(sampleId).sort())
      expect([...named(2, 2), ...named(4, 5), ...named(5, 9)]).toEqual([])
      expect([...opened.entries.documentsIn('no such log' as LogId, 0, 9)]).toEqual([])
    }
  })

  law('amend replaces the placement and keeps the order', storage => {
    const [first, second] = sampleChain(2) as [VerifiedEntry, VerifiedEntry]
    appendAll(storage, [first, second], { status: 'waiting', document: sampleId('a'), reason: 'not yet' })
    storage.transact(false, () => storage.entries.amend(first.hash, { ...APPLIED, document: sampleId('a') }))
    expect(storage.entries.ofDocument(sampleId('a'))).toEqual([
      { status: 'applied', document: sampleId('a'), entry: first },
      { status: 'waiting', document: sampleId('a'), reason: 'not yet', entry: second },
    ])
    storage.transact(false, () => storage.entries.amend(first.hash, { ...APPLIED, document: sampleId('b') }))
    expect(storage.entries.ofDocument(sampleId('a')).map(({ entry }) => entry.seq)).toEqual([1])
    expect(storage.entries.ofDocument(sampleId('b')).map(({ entry }) => entry.seq)).toEqual([0])
  })

  law('an entry whose document is told later has its place among those that came after it', storage => {
    const [first, second] = sampleChain(2) as [VerifiedEntry, VerifiedEntry]
    appendAll(storage, [first], { status: 'sealed', reason: 'no key' })
    appendAll(storage, [second], { ...APPLIED, document: sampleId('a') })
    storage.transact(false, () => storage.entries.amend(first.hash, { ...APPLIED, document: sampleId('a') }))
    expect(storage.entries.ofDocument(sampleId('a')).map(({ entry }) => entry.seq)).toEqual([0, 1])
  })

  law('amend of an entry that is not here throws', storage => {
    const { hash } = sampleEntry(undefined)
    expect(() => storage.transact(false, () => storage.entries.amend(hash, APPLIED))).toThrow()
  })

  law('erased destroys the payload and nothing else', (storage, harness) => {
    const chain = sampleChain(3)
    const [first, second] = chain as [VerifiedEntry, VerifiedEntry]
    appendAll(storage, chain, { status: 'applied', document: sampleId('a') })
    storage.transact(true, () =>
      storage.entries.amend(second.hash, { status: 'erased', document: sampleId('a') }),
    )
    for (const opened of nowAndReopened(storage, harness)) {
      const found = opened.entries.find(second.hash)
      expect(found?.status).toBe('erased')
      expect(found?.entry.bytes).toEqual({ ...second.bytes, payload: null })
      expect(found?.entry.payloadSize).toBe(second.payloadSize)
      expect(opened.entries.read(second.log, 0, ALL).map(({ entry }) => entry.hash)).toEqual(
        chain.map(({ hash }) => hash),
      )
      expect(opened.entries.find(first.hash)?.entry).toEqual(first)
    }
  })
}

function appendAll(storage: Storage, entries: readonly VerifiedEntry[], placement: Placement): void {
  storage.transact(false, () => {
    for (const entry of entries) storage.entries.append(entry, placement)
  })
}
