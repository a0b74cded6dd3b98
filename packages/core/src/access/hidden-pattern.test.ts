import { readFileSync } from 'node:fs'
import {
  type Body,
  concatBytes,
  decodeBody,
  encodeBody,
  fromHex,
  limits,
  type MeshId,
  type Permission,
  type Random,
  type ScopeNames,
  sha256,
  toHex,
  utf8,
  type WirePermission,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../test/support/replicas.ts'
import { encrypt } from '../sealing.ts'
import { HiddenPatterns } from './hidden-pattern.ts'

const MESH = '22'.repeat(32) as MeshId
const OTHER_MESH = '23'.repeat(32) as MeshId
const NAMES = '99'.repeat(32) as ScopeNames
const OTHER_NAMES = '98'.repeat(32) as ScopeNames
const HIDDEN = { scope: '(hidden)', rights: ['read', 'write'], until: 5 }
const ALICE: Permission = { scope: 'user=alice', rights: ['read', 'write'], until: 5 }

const patterns = new HiddenPatterns(MESH, NAMES)
const random = seededRandom('patterns')

function hiddenOf(permission: WirePermission): Extract<WirePermission, { hidden: Uint8Array }> {
  const written = patterns.hide(permission, random)
  if (!('hidden' in written)) throw new Error('it is in clear')
  return written
}

describe('[K3] a hidden pattern', () => {
  test('is opened with the names of scopes, and otherwise not at all', () => {
    const written = hiddenOf(ALICE)
    expect(written).toMatchObject({ rights: ['read', 'write'], until: 5 })
    expect(Object.keys(written).sort()).toEqual(['hidden', 'rights', 'until'])
    expect(patterns.open(written)).toEqual(ALICE)
    for (const others of [
      new HiddenPatterns(MESH),
      new HiddenPatterns(MESH, OTHER_NAMES),
      new HiddenPatterns(OTHER_MESH, NAMES),
    ]) {
      expect(others.open(written)).toEqual(HIDDEN)
    }
  })

  test('is not opened where any of it is another', () => {
    const written = hiddenOf(ALICE)
    const { hidden } = written
    for (let i = 0; i < hidden.length; i++) {
      const damaged = { ...written, hidden: hidden.with(i, (hidden[i] as number) ^ 1) }
      expect(patterns.open(damaged)).toEqual(HIDDEN)
    }
    for (const length of [0, 11, 27, hidden.length - 1]) {
      expect(patterns.open({ ...written, hidden: hidden.subarray(0, length) })).toEqual(HIDDEN)
    }
  })

  test.each([
    ['no pattern', utf8('planet=mars')],
    ['nothing', utf8('')],
    ['what is shown for one that cannot be opened', utf8('(hidden)')],
    ['no text', new Uint8Array([0x75, 0xff])],
  ])('that holds %s is as one that cannot be opened: nodes without the key take it in', (_, text) => {
    const key = sha256(concatBytes(utf8('folkmoot/pattern-key/1\0'), fromHex(NAMES)))
    const about = concatBytes(utf8('folkmoot/pattern/1\0'), fromHex(MESH))
    const hidden = encrypt(key, about, text, random.bytes(12))
    expect(patterns.open({ hidden, rights: ['read', 'write'], until: 5 })).toEqual(HIDDEN)
  })

  test('is another each time, so that nobody can tell which grants are about the same', () => {
    expect(toHex(hiddenOf(ALICE).hidden)).not.toBe(toHex(hiddenOf(ALICE).hidden))
  })

  test('is of the canonical form, and what is no pattern is not written', () => {
    expect(patterns.open(hiddenOf({ scope: 'user=bo, app=shop', rights: ['read'] }))).toMatchObject({
      scope: 'app=shop,user=bo',
    })
    expect(() => patterns.hide({ scope: 'planet=mars', rights: ['read'] }, random)).toThrow('not a pattern')
  })

  test.each<[string, WirePermission]>([
    ['everything', { scope: '*', rights: ['read', 'write'] }],
    ['everything, written loosely', { scope: ' * ', rights: ['relay'] }],
    ['one that makes an admin', { scope: 'app=shop', rights: ['admin', 'read'] }],
    ['a resource', { resource: 'crm-*' }],
    ['a hidden one', { hidden: new Uint8Array(40), rights: ['read'] }],
  ])('is not made of %s', (_, permission) => {
    expect(patterns.hide(permission, random)).toBe(permission)
  })

  test('is not made where scopes have no secret names', () => {
    expect(new HiddenPatterns(MESH).hide(ALICE, random)).toBe(ALICE)
    expect(new HiddenPatterns(MESH, MESH).hide(ALICE, random)).toBe(ALICE)
  })

  test('of the longest pattern fits', () => {
    const part = 'x'.repeat(limits.NAME_BYTES_MAX)
    const longest = hiddenOf({ scope: `app=${part},user=${part},agent=${part}`, rights: ['read'] })
    const body: Body = { type: 'grant', to: { agent: 'cook' }, permission: longest }
    expect(decodeBody(encodeBody(body))).toEqual(body)
  })
})

describe('[K3] in a body', () => {
  const withPermission = (permission: unknown) => ({
    ...{ type: 'grant', to: { agent: 'cook' }, permission },
  })

  test('it is read as it was written, wherever a permission stands', () => {
    const permission = hiddenOf(ALICE)
    const bodies = [
      withPermission(permission),
      { ...withPermission(permission), type: 'revoke', cuts: [] },
      {
        ...{ type: 'invite', ticket: '88'.repeat(32), agent: 'cook', expiresAt: 5, uses: 1 },
        grants: [permission, { resource: 'crm' }],
      },
    ] as Body[]
    for (const body of bodies) expect(decodeBody(encodeBody(body))).toEqual(body)
  })

  test.each([
    ['admin', { hidden: new Uint8Array(40), rights: ['admin', 'read'] }],
    ['no rights', { hidden: new Uint8Array(40), rights: [] }],
    ['text', { hidden: 'user=alice', rights: ['read'] }],
    ['more than there is room for', { hidden: new Uint8Array(limits.WRAP_BYTES_MAX + 1), rights: ['read'] }],
    ['a pattern in clear beside it', { hidden: new Uint8Array(40), scope: '*', rights: ['read'] }],
  ])('%s is refused', (_, permission) => {
    expect(() => decodeBody(encodeBody(withPermission(permission) as Body))).toThrow()
  })
})

test('[K3] golden vector', () => {
  const nonce: Random = { bytes: length => new Uint8Array(length).fill(0xaa) }
  const permission = patterns.hide({ scope: 'user=alice', rights: ['read'] }, nonce)
  const body: Body = { type: 'grant', to: { agent: 'cook' }, permission }
  const spec = readFileSync(new URL('../../SPEC.md', import.meta.url), 'utf8').replaceAll(/\s+/g, '')
  expect(toHex(encodeBody(body))).toBe(GOLDEN_GRANT)
  expect(spec.includes(GOLDEN_GRANT)).toBe(true)
})

const GOLDEN_GRANT =
  'a362746fa1656167656e7464636f6f6b6474797065656772616e746a7065726d697373696f6ea26668696464656e5826aaaaaaaaaaaaaaaaaaaaaaaa2721c7d0c01f9745121f647361e73b63018dc5a9c3b9be0be11366726967687473816472656164'
