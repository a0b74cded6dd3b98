import { FolkmootError, limits, type MeshId, parseScope, scopeHas, scopeId } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'

describe('[S1] a scope is written in one way', () => {
  test.each([
    ['user=alice', 'user=alice'],
    ['user=alice,app=shop', 'app=shop,user=alice'],
    [' run=1 , agent=a,user=u , app=x ', 'app=x,user=u,agent=a,run=1'],
    ['user=Zoe\u0308', 'user=Zo\u00eb'],
    ['user=a/b:c@d', 'user=a/b:c@d'],
  ])('%j is %j', (text, canonical) => {
    expect(parseScope(text)).toBe(canonical)
    expect(parseScope(canonical)).toBe(canonical)
  })

  test.each([
    '',
    'alice',
    'user',
    'user=',
    '=alice',
    'team=x',
    'user=a,user=b',
    'user=a b',
    'user=*',
    'user=a=b',
    'user=a,',
    'USER=a',
    'user=a\nb',
  ])('%j is none', text => expect(() => parseScope(text)).toThrow(FolkmootError))

  test(`a part has at most ${limits.NAME_BYTES_MAX} bytes as it is kept, not as it was typed`, () => {
    expect(() => parseScope(`user=${'x'.repeat(limits.NAME_BYTES_MAX)}`)).not.toThrow()
    expect(() => parseScope(`user=${'x'.repeat(limits.NAME_BYTES_MAX + 1)}`)).toThrow(FolkmootError)
    const grows = '\u{1d160}'.repeat(60)
    expect(() => parseScope(`user=${grows}`)).toThrow(FolkmootError)
  })
})

test('[S2] its id depends on the mesh, so that it says nothing elsewhere', () => {
  const scope = parseScope('user=alice')
  const ids = ['aa', 'bb'].map(mesh => scopeId(mesh.repeat(32) as MeshId, scope))
  expect(new Set(ids).size).toBe(2)
  expect(scopeId('aa'.repeat(32) as MeshId, parseScope('user=bob'))).not.toBe(ids[0])
})

test('it knows its dimensions', () => {
  expect(['app', 'user', 'run'].map(each => scopeHas(parseScope('app=x,run=1'), each as 'app'))).toEqual([
    true,
    false,
    true,
  ])
})
