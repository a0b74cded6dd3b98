import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MEMBERSHIP_SCOPE, type MeshId, parseScope, scopeId, toHex } from '@folkmoot/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemRandom as random } from '../system-ports.ts'
import { epochOf, keyIn, namesIn, newScopeKey, secretOf } from './epoch.ts'
import { HeldKeys, KEYS_FILE, readKeys, writeKeys } from './key-file.ts'

const names = 'ab'.repeat(32) as MeshId
const address = parseScope('user=zoë')
const scope = scopeId(names, address)

describe('an epoch', () => {
  test('is the number of its key in its scope', () => {
    const key = new Uint8Array(32).fill(1)
    expect(epochOf('00112233445566778899aabbccddeeff' as typeof scope, key)).toBe(222279250126984)
    const made = newScopeKey(scope, random)
    expect(made.epoch).toBe(epochOf(scope, made.key))
    expect(made.epoch).toBeGreaterThan(0)
    expect(epochOf(scopeId(names, parseScope('user=ann')), made.key)).not.toBe(made.epoch)
  })

  test('a secret holds the key that it says, of the scope that it says', () => {
    const { epoch, key } = newScopeKey(scope, random)
    const secret = secretOf(key, address)
    expect(keyIn(secret, { scope, epoch, names })).toEqual({ scope, epoch, key, address })
    expect(keyIn(secret, { scope, epoch: epoch + 1, names })).toBeUndefined()
    expect(keyIn(secretOf(key, parseScope('user=ann')), { scope, epoch, names })).toBeUndefined()
    expect(keyIn(secret.subarray(0, 20), { scope, epoch, names })).toBeUndefined()
    expect(keyIn(secret, { scope, epoch, names: 'ac'.repeat(32) as MeshId })).toBeUndefined()
  })

  test('so does that of the names', () => {
    const { epoch, key } = newScopeKey(MEMBERSHIP_SCOPE, random)
    expect(namesIn(secretOf(key, ''), epoch)).toBe(toHex(key))
    expect(namesIn(secretOf(key, ''), epoch + 1)).toBeUndefined()
    expect(namesIn(secretOf(key, address), epoch)).toBeUndefined()
  })
})

describe('scope.keys', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'folkmoot-keys-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  function held() {
    const keys = new HeldKeys()
    keys.names = names
    keys.add({ scope, address, ...newScopeKey(scope, random) })
    keys.add({ scope, address, ...newScopeKey(scope, random) })
    return keys
  }

  test('reads as it was written, for its owner only', () => {
    const keys = held()
    writeKeys(dir, keys)
    const again = readKeys(dir)
    expect(again?.names).toBe(names)
    expect([...(again?.scopes() ?? [])]).toEqual([[scope, address]])
    // An object keeps keys that are numbers in its own order.
    const sorted = (of: HeldKeys | undefined) =>
      [...(of?.ring.ofScope(scope) ?? [])].sort((a, b) => a.epoch - b.epoch)
    expect(sorted(again)).toEqual(sorted(keys))
    expect(statSync(join(dir, KEYS_FILE)).mode & 0o777).toBe(0o600)
  })

  test('missing is not damaged', () => {
    expect(readKeys(dir)).toBeUndefined()
  })

  test.each([
    ['no JSON', 'not json'],
    ['cut short', '{"version":1,"names":'],
    ['another version', '{"version":9,"names":null,"scopes":{}}'],
    ['nothing', 'null'],
    ['no names', '{"version":1,"scopes":{}}'],
    [
      'an address that is none',
      JSON.stringify({
        version: 1,
        names,
        scopes: { [scope]: { address: 'planet=mars', epochs: { 1: 'ab'.repeat(32) } } },
      }),
    ],
    [
      'a key of another epoch',
      JSON.stringify({ version: 1, names, scopes: { [scope]: { address, epochs: { 1: 'ab'.repeat(32) } } } }),
    ],
    [
      'a key that is too short',
      JSON.stringify({ version: 1, names, scopes: { [scope]: { address, epochs: { 1: 'ab' } } } }),
    ],
  ])('damaged (%s) says what to do', (_, text) => {
    writeFileSync(join(dir, KEYS_FILE), text)
    expect(() => readKeys(dir)).toThrow(/is damaged .*move it away and open the node again/)
  })
})
