import type { LogId, ScopeId } from '../ids.ts'
import { QUARANTINE_MAX } from '../limits.ts'
import type { Refusal } from '../ports.ts'
import type { ScopeAddress } from '../scope.ts'
import type { TestRunner } from './runner.ts'
import { nowAndReopened, type StorageLaws } from './storage-harness.ts'

export function noteLaws(law: StorageLaws, expect: TestRunner['expect']): void {
  law('a scope has the name it was given last', (storage, harness) => {
    const [one, other] = ['1'.repeat(32) as ScopeId, '2'.repeat(32) as ScopeId]
    storage.transact(true, () => {
      storage.notes.nameScope(one, 'user=x' as ScopeAddress)
      storage.notes.nameScope(other, 'user=y' as ScopeAddress)
      storage.notes.nameScope(one, 'user=z' as ScopeAddress)
    })
    for (const opened of nowAndReopened(storage, harness)) {
      const named = [...opened.notes.scopes()].map(({ id, address }) => `${id} ${address}`)
      expect(named.sort()).toEqual([`${one} user=z`, `${other} user=y`])
    }
  })

  law('refusals are told newest first, and whole', (storage, harness) => {
    const first: Refusal = { at: 9, from: 'a peer', code: 'gap', reason: 'no "5"' }
    const second: Refusal = { ...first, at: 3, log: 'a'.repeat(32) as LogId, seq: 7 }
    for (const refusal of [first, second]) storage.transact(true, () => storage.notes.refuse(refusal))
    for (const opened of nowAndReopened(storage, harness)) {
      expect(opened.notes.refusals()).toEqual([second, first])
    }
  })

  law('refusals are bounded, and the oldest go first', storage => {
    const refuse = (at: number) => storage.notes.refuse({ at, from: 'x', code: 'gap', reason: 'r' })
    storage.transact(true, () => {
      for (let at = 0; at < QUARANTINE_MAX + 10; at++) refuse(at)
    })
    storage.transact(true, () => refuse(QUARANTINE_MAX + 10))
    const kept = storage.notes.refusals()
    expect(kept.length).toBe(QUARANTINE_MAX)
    expect([kept[0]?.at, kept.at(-1)?.at]).toEqual([QUARANTINE_MAX + 10, 11])
  })
}
