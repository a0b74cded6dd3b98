import type { DocumentId } from '../ids.ts'
import type { Storage } from '../ports.ts'
import type { DocumentRow, RowQuery } from '../row.ts'
import type { ScopeAddress } from '../scope.ts'
import type { TestRunner } from './runner.ts'
import { nowAndReopened, type StorageLaws } from './storage-harness.ts'
import { sampleConflict, sampleId, sampleRow, sampleSibling } from './storage-samples.ts'

export function rowLaws(law: StorageLaws, expect: TestRunner['expect']): void {
  law('a row reads as it was put', (storage, harness) => {
    const row: DocumentRow = {
      ...sampleRow('a', { content: { text: ['"\\\u0000é😀'], n: 0.1 }, kind: 'episodic', tags: ['x', 'y'] }),
      key: 'a key',
      conflicts: [sampleConflict('a', 'open')],
      why: { reason: 'told so' },
    }
    putAll(storage, [row])
    for (const opened of nowAndReopened(storage, harness)) {
      expect(opened.rows.get(row.id)).toEqual(row)
      expect(opened.rows.get(sampleId('b'))).toBe(undefined)
    }
  })

  law('put replaces, in every list', storage => {
    const first = sampleRow('a', { content: 'one', tags: ['old', 'both'], kind: 'episodic', key: 'k' })
    const second = sampleRow('a', {
      content: 'two',
      tags: ['both', 'new'],
      conflicts: [sampleConflict('a', 'open')],
    })
    putAll(storage, [first])
    putAll(storage, [second])
    expect(storage.rows.list({ limit: 9 })).toEqual([second])
    for (const query of [{ tag: 'old' }, { kind: 'episodic' }, { key: 'k' }]) {
      expect(storage.rows.list({ ...query, limit: 9 })).toEqual([])
    }
    for (const query of [
      { tag: 'both' },
      { tag: 'new' },
      { kind: 'semantic' },
      { conflict: 'open' as const },
    ]) {
      expect(storage.rows.list({ ...query, limit: 9 })).toEqual([second])
    }
  })

  law('lists are newest first, then by id, and end at the limit', storage => {
    const rows = ['a', 'b', 'c', 'd'].map((name, i) => sampleRow(name, { updatedAt: i === 3 ? 9 : 5 }))
    putAll(storage, rows)
    const tied = ['a', 'b', 'c'].map(sampleId).sort()
    const ids = (limit: number) => storage.rows.list({ limit }).map(({ id }) => id)
    expect(ids(9)).toEqual([sampleId('d'), ...tied])
    expect(ids(2)).toEqual([sampleId('d'), tied[0]])
    expect(ids(0)).toEqual([])
    putAll(storage, [sampleRow('b', { updatedAt: 10 })])
    expect(ids(1)).toEqual([sampleId('b')])
  })

  law('every filter holds, alone and with any other', storage => {
    const rows = filterRows()
    putAll(
      storage,
      rows.map(({ row }) => row),
    )
    for (const query of everyPairOf(FILTERS)) {
      const fields = Object.keys(query) as (keyof RowQuery)[]
      const wanted = rows.filter(({ fits }) => fields.every(field => fits.includes(field)))
      const found = storage.rows.list({ ...query, limit: 99 })
      expect([query, found.map(({ id }) => id).sort()]).toEqual([
        query,
        wanted.map(({ row }) => row.id).sort(),
      ])
    }
  })

  law('any conflict means settled ones too', storage => {
    const statuses = ['open', 'deferred', 'resolved'] as const
    putAll(storage, [
      sampleRow('none'),
      ...statuses.map(s => sampleRow(s, { conflicts: [sampleConflict(s, s)] })),
    ])
    const ids = (conflict: 'open' | 'any') => storage.rows.list({ conflict, limit: 9 }).map(({ id }) => id)
    expect(ids('open').length).toBe(2)
    expect(ids('open').includes(sampleId('resolved'))).toBe(false)
    expect(ids('any').length).toBe(3)
    expect(ids('any').includes(sampleId('none'))).toBe(false)
  })

  law('the kind is the newest value, or the default of its type', storage => {
    const put = (name: string, row: Partial<DocumentRow>) => ({ ...sampleRow(name), ...row })
    putAll(storage, [
      put('newest', { registers: { kind: [sampleSibling('episodic', 1), sampleSibling('working', 2)] } }),
      put('ended', { registers: { kind: [sampleSibling('episodic', 1), sampleSibling(null, 2)] } }),
      put('odd', { registers: { kind: [sampleSibling(7)] } }),
      put('block', { type: 'block' }),
    ])
    const kind = (kind: string) => storage.rows.list({ kind, limit: 9 }).map(({ id }) => id)
    expect(kind('working')).toEqual([sampleId('newest')])
    expect(kind('semantic')).toEqual([sampleId('ended'), sampleId('odd')].sort())
    expect(kind('block')).toEqual([sampleId('block')])
    expect(kind('episodic')).toEqual([])
  })

  law('an id prefix may end anywhere and match nothing', storage => {
    putAll(storage, [sampleRow('a'), sampleRow('b')])
    const id = sampleId('a')
    for (let length = 8; length <= id.length; length++) {
      const found = storage.rows.list({ idPrefix: id.slice(0, length), limit: 9 })
      expect(found.map(row => row.id)).toEqual([id])
    }
    for (const idPrefix of ['not hex', `${id}00`, '%', "'", 'ABCDEF', 'f'.repeat(33)]) {
      expect(storage.rows.list({ idPrefix, limit: 9 })).toEqual([])
    }
    expect(storage.rows.list({ idPrefix: '', limit: 9 }).length).toBe(2)
  })

  law('digests are those of every row', storage => {
    const rows = ['a', 'b'].map(name => sampleRow(name))
    putAll(storage, rows)
    putAll(storage, [sampleRow('a', { content: 'changed', scope: 'user=x' })])
    const found = [...storage.rows.digests()].map(
      ({ id, access, digest }) => `${id} ${access.scope} ${digest}`,
    )
    const wanted = [sampleRow('a', { content: 'changed', scope: 'user=x' }), rows[1] as DocumentRow]
    expect(found.sort()).toEqual(wanted.map(({ id, scope, digest }) => `${id} ${scope} ${digest}`).sort())
  })

  law('after clear nothing is found, and everything can be put again', storage => {
    const rows = filterRows().map(({ row }) => row)
    const read = () => [
      storage.rows.list({ limit: 99 }),
      storage.rows.list({ tag: 'wanted', limit: 99 }),
      storage.rows.search({ text: 'words', limit: 99 }).map(({ row }) => row.id),
      [...storage.rows.digests()].map(({ digest }) => digest).sort(),
    ]
    putAll(storage, rows)
    const before = read()
    storage.transact(true, () => storage.rows.clear())
    expect(read()).toEqual([[], [], [], []])
    expect(storage.rows.get((rows[0] as DocumentRow).id)).toBe(undefined)
    putAll(storage, rows)
    expect(read()).toEqual(before)
  })
}

const FILTERS: Omit<Required<RowQuery>, 'limit' | 'visible' | 'livingAt' | 'after'> = {
  scope: 'user=wanted' as ScopeAddress,
  type: 'block',
  kind: 'wanted',
  tag: 'wanted',
  key: 'wanted',
  idPrefix: 'abc',
  conflict: 'open',
}

/** Rows for every choice of filters that they fit. */
function filterRows(): { row: DocumentRow; fits: readonly string[] }[] {
  const fields = Object.keys(FILTERS)
  return Array.from({ length: 2 ** fields.length }, (_, choice) => {
    const fits = fields.filter((_, i) => (choice >> i) & 1)
    const has = (field: keyof typeof FILTERS) => fits.includes(field)
    const row = sampleRow(String(choice), {
      content: `words ${choice}`,
      scope: has('scope') ? 'user=wanted' : 'user=other',
      type: has('type') ? 'block' : 'record',
      kind: has('kind') ? 'wanted' : 'other',
      tags: has('tag') ? ['a', 'wanted'] : ['a', 'other'],
      key: has('key') ? 'wanted' : null,
      conflicts: has('conflict') ? [sampleConflict('x', 'open')] : [],
      updatedAt: choice % 10,
    })
    const id = `${has('idPrefix') ? 'abc' : 'abd'}${row.id.slice(3)}` as DocumentId
    return { row: { ...row, id }, fits }
  })
}

function everyPairOf(filters: object): Omit<RowQuery, 'limit'>[] {
  const fields = Object.entries(filters)
  return fields.flatMap((one, i) => fields.slice(i).map(other => Object.fromEntries([one, other])))
}

function putAll(storage: Storage, rows: readonly DocumentRow[]): void {
  storage.transact(false, () => {
    for (const row of rows) storage.rows.put(row)
  })
}
