import { describe, expect, test } from 'vitest'
import { parsePermission, parsePermissions } from './permissions.ts'

describe('PATTERN:rights', () => {
  test.each([
    ['user=alice:read', { scope: 'user=alice', rights: ['read'] }],
    ['*:read,write', { scope: '*', rights: ['read', 'write'] }],
    [
      'app=shop,user=*:write, arbitrate ,admin',
      { scope: 'app=shop,user=*', rights: ['admin', 'arbitrate', 'write'] },
    ],
    ['user=did:web:ann:relay', { scope: 'user=did:web:ann', rights: ['relay'] }],
  ])('%s', (text, permission) => {
    expect(parsePermission(text)).toEqual(permission)
  })

  test.each([
    ['', /^: write PATTERN:rights/],
    ['everything', /everything: write PATTERN:rights/],
    ['user=alice', /user=alice: write PATTERN:rights/],
    [':read', /names no scopes.*\* is every scope/],
    ['user=alice:', /a right is missing/],
    ['user=alice:read,', /a right is missing/],
    [
      'user=alice:fly',
      /fly is no right: write PATTERN:rights, with rights of admin, arbitrate, read, relay, write/,
    ],
    ['user=alice:Read', /Read is no right/],
    ['user=alice:read,write,read', /names read twice/],
  ])('%j is refused', (text, reason) => {
    expect(() => parsePermission(text)).toThrow(reason)
  })
})

test('several, and resources, with one end for all', () => {
  expect(parsePermissions({ scopes: ['*:read'], resources: ['crm', 'mail-*'], until: 5 })).toEqual([
    { scope: '*', rights: ['read'], until: 5 },
    { resource: 'crm', until: 5 },
    { resource: 'mail-*', until: 5 },
  ])
  expect(parsePermissions({})).toEqual([])
  expect(() => parsePermissions({ scopes: ['*:read,write', '*:write,read'] })).toThrow(
    '*:write,read is there twice',
  )
  expect(() => parsePermissions({ resources: ['crm', 'crm'] })).toThrow('crm is there twice')
  expect(() => parsePermissions({ resources: [' '] })).toThrow('--resource is empty')
})
