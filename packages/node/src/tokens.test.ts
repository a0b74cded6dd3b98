import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Tokens } from './tokens.ts'

let dir: string
let now: number
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'folkmoot-tokens-'))
  now = 1000
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const tokens = () => new Tokens(dir, () => now)
const file = () => join(dir, 'tokens.json')

test('a token is told once; its hash and limits are kept for the owner', () => {
  const made = tokens().create({
    ...{ name: 'desk', agent: 'support', user: 'alice' },
    permissions: [{ scope: 'user=alice, app=shop', rights: ['write', 'read'] }],
  })
  expect(made.token).toMatch(/^[0-9a-f]{64}$/)
  expect(made.permissions).toEqual([{ scope: 'app=shop,user=alice', rights: ['read', 'write'] }])
  expect(readFileSync(file(), 'utf8')).not.toContain(made.token)
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  const { token, ...report } = made
  expect(tokens().find(token)).toMatchObject(report)
  expect(tokens().list()).toEqual([report])
  expect(JSON.stringify(tokens().list())).not.toContain('hash')
})

test('no other text is it', () => {
  const { token } = tokens().create({ name: 'a' })
  for (const wrong of ['', token.slice(1), `${token} `, token.toUpperCase(), '0'.repeat(64), 'a']) {
    expect(tokens().find(wrong)).toBeUndefined()
  }
})

test('it is good until it expires or is revoked', () => {
  const all = tokens()
  const short = all.create({ name: 'short', expiresInMs: 500 })
  const long = all.create({ name: 'long' })
  const stored = [short, long].map(({ token }) => all.find(token))
  now = 1499
  expect(stored.map(token => token && all.stands(token))).toEqual([true, true])
  now = 1500
  expect(stored.map(token => token && all.stands(token))).toEqual([false, true])
  expect(all.find(short.token)).toBeUndefined()
  expect(all.revoke('long')).toMatchObject({ name: 'long' })
  expect(stored.map(token => token && all.stands(token))).toEqual([false, false])
  expect(all.find(long.token)).toBeUndefined()
  expect(() => all.revoke('long')).toThrow('no token long')
  expect(all.create({ name: 'long' }).token).not.toBe(long.token)
  expect(all.find(long.token)).toBeUndefined()
})

test.each([
  ['a name twice', { name: 'taken' }],
  ['no name', { name: '' }],
  ['a name with spaces', { name: 'a b' }],
  ['no time', { name: 'x', expiresInMs: 0 }],
  ['a user that is none', { name: 'x', user: 'a,b' }],
  [
    'a pattern that is none',
    { name: 'x', permissions: [{ scope: 'planet=mars', rights: ['read' as const] }] },
  ],
  ['a right that is none', { name: 'x', permissions: [{ scope: '*', rights: ['rule' as never] }] }],
])('%s is refused', (_, options) => {
  tokens().create({ name: 'taken' })
  expect(() => tokens().create(options)).toThrow()
  expect(tokens().list()).toHaveLength(1)
})

test.each([
  '',
  '{}',
  '{"version":2,"tokens":[]}',
  '{"version":1,"tokens":[{"name":"a","hash":"00"}]}',
])('a damaged file lets nobody in: %s', text => {
  writeFileSync(file(), text)
  expect(() => tokens().find('x')).toThrow('damaged')
})

test('a file that is gone revokes all', () => {
  const all = tokens()
  const { token } = all.create({ name: 'a' })
  expect(all.find(token)).toBeDefined()
  rmSync(file())
  expect(all.find(token)).toBeUndefined()
})
