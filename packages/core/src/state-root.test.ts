import { createVolatileStorage, type DocumentRow, type RowAccess, type ScopeAddress } from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleRow } from './conformance/storage-samples.ts'
import { StateRoots } from './state-root.ts'

const row = (name: string, content: string, scope = 'app=default') => sampleRow(name, { content, scope })

function rootsOf(...rows: readonly DocumentRow[]): StateRoots {
  const storage = createVolatileStorage()
  storage.transact(false, () => {
    for (const each of rows) storage.rows.put(each)
  })
  return new StateRoots(storage.rows)
}

describe('[S5] the root is of the rows, not of how they came', () => {
  const rows = [row('a', '1'), row('b', '2'), row('c', '3', 'user=x'), row('d', '4', 'user=x')]

  test('in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), shuffled => {
        expect(rootsOf(...shuffled).root()).toBe(rootsOf(...rows).root())
      }),
    )
  })

  test('kept while rows change, it is the one that reading them all gives', () => {
    const names = ['a', 'b', 'c']
    const change = fc.record({
      name: fc.constantFrom(...names),
      content: fc.nat(5).map(String),
      scope: fc.constantFrom('app=default', 'user=x'),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), changes => {
        const now = new Map<string, DocumentRow>()
        const roots = rootsOf()
        roots.root()
        for (const { name, content, scope } of changes) {
          const after = row(name, content, scope)
          roots.changed(now.get(name), after)
          now.set(name, after)
        }
        expect(roots.scopes()).toEqual(rootsOf(...now.values()).scopes())
        expect(roots.root()).toBe(rootsOf(...now.values()).root())
      }),
    )
  })

  test('one row more, less or another is another root', () => {
    const base = rootsOf(...rows).root()
    expect(rootsOf(...rows.slice(1)).root()).not.toBe(base)
    expect(rootsOf(...rows, row('e', '5')).root()).not.toBe(base)
    expect(rootsOf(row('a', 'other'), ...rows.slice(1)).root()).not.toBe(base)
    expect(rootsOf(row('a', '1', 'user=x'), ...rows.slice(1)).root()).not.toBe(base)
  })

  test('each scope has its own, and some of them can be asked for', () => {
    const roots = rootsOf(...rows)
    expect(roots.scopes().map(({ scope, records }) => [scope, records])).toEqual([
      ['app=default', 2],
      ['user=x', 2],
    ])
    const [first] = roots.scopes()
    const alone = rootsOf(...rows.slice(0, 2))
    expect(first?.root).toBe(alone.scopes()[0]?.root)
    expect(roots.root(first && [first])).toBe(alone.root())
    expect(roots.scopes().find(({ scope }) => scope === ('user=y' as ScopeAddress))).toBeUndefined()
  })

  test('of what a reader may see is that of a node that has nothing else', () => {
    const hidden = [sampleRow('x', { resources: ['secret'] }), row('y', '6', 'user=y')]
    const roots = rootsOf(...rows, ...hidden)
    const visible = ({ scope, resources }: RowAccess) => scope !== 'user=y' && resources.length === 0
    expect(roots.scopes(visible)).toEqual(rootsOf(...rows).scopes())
    expect(roots.root(roots.scopes(visible))).toBe(rootsOf(...rows).root())
    expect(roots.root()).not.toBe(rootsOf(...rows).root())
    expect(roots.scopes(() => false)).toEqual([])
    const before = hidden[0] as DocumentRow
    const after = { ...before, resources: [] }
    roots.changed(before, after)
    expect(roots.scopes(visible)).toEqual(rootsOf(...rows, after).scopes())
    roots.changed(after, undefined)
    expect(roots.scopes(visible)).toEqual(rootsOf(...rows).scopes())
  })

  test('of nothing is the same everywhere', () => {
    expect(rootsOf().root()).toBe(rootsOf().root())
    expect(rootsOf().scopes()).toEqual([])
  })
})
