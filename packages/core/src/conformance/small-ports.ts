/** The laws of Clock, Random and Signer as suites; they take the test runner, so that nothing published imports one. */
import { toHex, utf8 } from '../bytes.ts'
import { signedBytes } from '../entry.ts'
import type { EntryHash } from '../ids.ts'
import type { Clock, Random, Signer } from '../ports.ts'
import { isSignedBy } from '../signature.ts'
import type { TestRunner } from './runner.ts'

export function clockConformance({ test, expect }: TestRunner, clock: Clock): void {
  test('Clock: whole milliseconds since 1970', () => {
    expect(Number.isSafeInteger(clock.now()) && clock.now() > 0).toBe(true)
  })
}

export function randomConformance({ test, expect }: TestRunner, random: Random): void {
  test('Random: as many bytes as asked for, no two draws alike', () => {
    expect([0, 1, 16, 1000].map(length => random.bytes(length).length)).toEqual([0, 1, 16, 1000])
    const draws = Array.from({ length: 1000 }, () => toHex(random.bytes(16)))
    expect(new Set(draws).size).toBe(1000)
  })
}

/** @param other the signer of another key */
export function signerConformance({ test, expect }: TestRunner, signer: Signer, other: Signer): void {
  const hash = 'ab'.repeat(32) as EntryHash
  test('Signer: what it signs is signed by the node it names, and by no other', () => {
    const signature = signer.sign(signedBytes(hash))
    expect(isSignedBy(signer.node, hash, signature)).toBe(true)
    expect(isSignedBy(other.node, hash, signature)).toBe(false)
    expect(isSignedBy(signer.node, 'cd'.repeat(32) as EntryHash, signature)).toBe(false)
  })

  test('Signer: deterministic, 64 bytes', () => {
    const signature = signer.sign(utf8('message'))
    expect(signature.length).toBe(64)
    expect(toHex(signer.sign(utf8('message')))).toBe(toHex(signature))
  })
}
