import type { NodeId } from '../ids.ts'
import type { Storage } from '../ports.ts'
import type { DocumentRow, RowAccess } from '../row.ts'
import type { ScopeAddress } from '../scope.ts'
import type { TestRunner } from './runner.ts'
import { nowAndReopened, type StorageLaws } from './storage-harness.ts'
import { type SampleRow, sampleId, sampleRow } from './storage-samples.ts'

/** More places than any storage may treat one by one. */
const MANY = 200

export function visibilityLaws(law: StorageLaws, expect: TestRunner['expect']): void {
  const all = { limit: 999 }
  const listed = (storage: Storage, query: object) =>
    storage.rows.list({ ...all, ...query }).map(({ id }) => id)
  const found = (storage: Storage, query: object) =>
    storage.rows.search({ ...all, text: 'word', ...query }).map(({ row }) => row.id)

  law('what a row is asked by is its scope, authors, contributors and resources', (storage, harness) => {
    const row = sampleRow('a', {
      content: 'word',
      scope: 'user=x',
      authors: ['one', 'two'] as NodeId[],
      contributors: ['cook'],
      resources: ['mail', 'web'],
    })
    putAll(storage, [row])
    const { scope, authors, contributors, resources } = row
    for (const opened of nowAndReopened(storage, harness)) {
      const asked: RowAccess[] = []
      const visible = (access: RowAccess) => {
        asked.push(access)
        return true
      }
      expect(listed(opened, { visible })).toEqual([row.id])
      expect(found(opened, { visible })).toEqual([row.id])
      for (const { access } of opened.rows.digests()) asked.push(access)
      for (const access of asked) {
        const { scope: s, authors: a, contributors: c, resources: r } = access
        expect([s, a, c, r]).toEqual([scope, authors, contributors, resources])
      }
      expect(asked.length).toBe(3)
    }
  })

  law('rows that may not be seen are not there, and do not count towards the limit', storage => {
    const rows = Array.from({ length: 30 }, (_, i) => sample(`row ${i}`, i, { tags: ['t'], kind: 'k' }))
    putAll(storage, rows)
    const shown = rows.filter(({ resources }) => !resources.includes('secret'))
    const visible = (access: RowAccess) => !access.resources.includes('secret')
    for (const query of [{}, { tag: 't' }, { kind: 'k' }, { scope: 'user=u1' as ScopeAddress }]) {
      const fits = shown.filter(({ scope }) => !('scope' in query) || scope === query.scope)
      const newest = [...fits].sort((a, b) => b.updatedAt - a.updatedAt).map(({ id }) => id)
      expect(listed(storage, { ...query, visible })).toEqual(newest)
      expect(listed(storage, { ...query, visible, limit: 3 })).toEqual(newest.slice(0, 3))
    }
    expect(found(storage, { visible }).sort()).toEqual(shown.map(({ id }) => id).sort())
    expect(found(storage, { visible, limit: 4 }).length).toBe(4)
    const nobody = () => false
    expect([...listed(storage, { visible: nobody }), ...found(storage, { visible: nobody })]).toEqual([])
  })

  law('it makes no difference how many kinds of rows there are', storage => {
    const rows = Array.from({ length: MANY }, (_, i) =>
      sample(`row ${i}`, i, { authors: [`author ${i}`] as NodeId[] }),
    )
    putAll(storage, rows)
    for (const share of [1, 2, 50]) {
      const visible = ({ authors }: RowAccess) => Number(authors[0]?.slice('author '.length)) % share === 0
      const fits = rows.filter(visible).reverse()
      expect(listed(storage, { visible })).toEqual(fits.map(({ id }) => id))
      expect(listed(storage, { visible, limit: 2 })).toEqual(fits.slice(0, 2).map(({ id }) => id))
      expect(found(storage, { visible }).length).toBe(fits.length)
    }
  })

  law('a row is where its newest version is', (storage, harness) => {
    putAll(storage, [sample('a', 1, { resources: ['secret'] })])
    putAll(storage, [sample('a', 2, { resources: [] })])
    putAll(storage, [sample('b', 3, { resources: [] })])
    putAll(storage, [sample('b', 4, { resources: ['secret'] })])
    for (const opened of nowAndReopened(storage, harness)) {
      const resources: string[] = []
      const visible = (access: RowAccess) => {
        resources.push(...access.resources)
        return access.resources.length === 0
      }
      expect(listed(opened, { visible })).toEqual([sampleId('a')])
      expect(found(opened, { visible })).toEqual([sampleId('a')])
      expect(resources).toEqual(['secret', 'secret'])
    }
  })

  law('what has expired is left out when asked for the living, and does not count', storage => {
    const at = (expiresAt: number, pinned = false) => {
      const { registers } = sampleRow('', { content: 'word', kind: 'k' })
      const more = sampleRow('', { content: expiresAt }).registers.content ?? []
      const pin = pinned ? (sampleRow('', { content: true }).registers.content ?? []) : []
      return { registers: { ...registers, expiresAt: more, pinned: pin } }
    }
    putAll(storage, [
      { ...sample('past', 9), ...at(100) },
      { ...sample('pinned', 8), ...at(100, true) },
      { ...sample('later', 7), ...at(200.5) },
      sample('never', 6),
    ])
    const living = ['pinned', 'later', 'never'].map(sampleId)
    expect(listed(storage, { livingAt: 100 })).toEqual(living)
    expect(listed(storage, { livingAt: 100, limit: 1 })).toEqual(living.slice(0, 1))
    expect(listed(storage, { livingAt: 99 }).length).toBe(4)
    expect(listed(storage, { livingAt: 201, kind: 'k' })).toEqual([sampleId('pinned')])
    expect(found(storage, { livingAt: 100 }).sort()).toEqual([...living].sort())
    expect(found(storage, { livingAt: 100, limit: 3 }).length).toBe(3)
    expect(listed(storage, {}).length).toBe(4)
  })
}

/** In one of three scopes; every third draws on a secret resource. */
function sample(name: string, at: number, more: SampleRow = {}): DocumentRow {
  return sampleRow(name, {
    content: 'word',
    scope: `user=u${at % 3}`,
    resources: at % 3 === 0 ? ['secret'] : at % 2 === 0 ? ['web'] : [],
    updatedAt: at,
    ...more,
  })
}

function putAll(storage: Storage, rows: readonly DocumentRow[]): void {
  storage.transact(false, () => {
    for (const row of rows) storage.rows.put(row)
  })
}
