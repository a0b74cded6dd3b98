import type { DocumentId, NodeId } from '../ids.ts'
import type { Storage } from '../ports.ts'
import type { DocumentRow, RowAccess, RowCursor, RowQuery } from '../row.ts'
import type { ScopeAddress } from '../scope.ts'
import type { TestRunner } from './runner.ts'
import type { StorageLaws } from './storage-harness.ts'
import { sampleConflict, sampleId, sampleRow, sampleSibling } from './storage-samples.ts'

type Filters = Omit<RowQuery, 'limit' | 'after'>

/** Rows of every kind, and of each filter enough that it lets through, also beside all others. */
const ROWS = 240
/** Kinds of rows by who may see them: more than any storage may treat one by one, and few. */
const MANY_AUTHORS = 97
const FEW_AUTHORS = 5

export function pageLaws(law: StorageLaws, expect: TestRunner['expect']): void {
  for (const authors of [FEW_AUTHORS, MANY_AUTHORS]) {
    law(`pages are the whole list, whatever the filters, with ${authors} kinds of rows`, storage => {
      const rows = mixedRows(authors)
      putAll(storage, rows)
      for (const [choice, filters] of everyChoice().entries()) {
        const wanted = rows.filter(row => fits(row, filters)).sort(inOrder)
        const size = 1 + ((choice * 5) % 41)
        const found = [...pages(storage, filters, size)].flat()
        expect([filters, size, found.map(({ id }) => id)]).toEqual([
          filters,
          size,
          wanted.map(({ id }) => id),
        ])
      }
    })
  }

  law('pages of one are the whole list', storage => {
    const rows = mixedRows(FEW_AUTHORS).slice(0, 40)
    putAll(storage, rows)
    for (const filters of [{}, { visible }, { tag: 'wanted' }, { conflict: 'any' as const }]) {
      const found = [...pages(storage, filters, 1)].flat()
      expect(found).toEqual(rows.filter(row => fits(row, filters)).sort(inOrder))
    }
  })

  law('a list goes on after a place where no row is', storage => {
    putAll(
      storage,
      [5, 7].map(at => sampleRow(`row ${at}`, { updatedAt: at })),
    )
    const after = (updatedAt: number, id: string) =>
      storage.rows.list({ after: { updatedAt, id: id as DocumentId }, limit: 9 }).map(row => row.updatedAt)
    const [first, last] = ['0'.repeat(32), 'f'.repeat(32)]
    expect(after(8, first)).toEqual([7, 5])
    expect(after(7, first)).toEqual([7, 5])
    expect(after(7, last)).toEqual([5])
    expect(after(6, last)).toEqual([5])
    expect(after(5, last)).toEqual([])
    expect(after(4, first)).toEqual([])
  })

  law('of what changes between two pages, nothing else is touched', storage => {
    const rows = mixedRows(FEW_AUTHORS)
    for (const filters of [{}, { visible }, { tag: 'wanted' }, { conflict: 'any' as const }]) {
      storage.transact(false, () => storage.rows.clear())
      putAll(storage, rows)
      const listed = rows.filter(row => fits(row, filters)).sort(inOrder)
      // The first was shown, the last is still to be; the other two are the last shown and the next one.
      const touched = [0, 9, 10, listed.length - 1].map(place => listed[place] as DocumentRow)
      const found: DocumentId[] = []
      for (const page of pages(storage, filters, 10)) {
        if (found.length === 0) change(storage, touched, rows)
        found.push(...page.map(({ id }) => id))
      }
      const others = (ids: readonly DocumentId[]) => ids.filter(id => !touched.some(row => row.id === id))
      const inserted = sampleId('newest')
      expect(others(found).filter(id => id !== inserted)).toEqual(others(listed.map(({ id }) => id)))
    }
  })
}

/** Puts two rows first and one last, takes one away, and adds one. */
function change(storage: Storage, touched: readonly DocumentRow[], rows: readonly DocumentRow[]): void {
  const [shown, lastShown, next, last] = touched as [DocumentRow, DocumentRow, DocumentRow, DocumentRow]
  putAll(storage, [
    { ...shown, updatedAt: 0 },
    { ...last, updatedAt: 1000 },
    { ...lastShown, updatedAt: 1001 },
    { ...(rows[0] as DocumentRow), id: sampleId('newest'), updatedAt: 1002 },
  ])
  storage.transact(false, () => storage.rows.clear(next.id))
}

function* pages(storage: Storage, filters: Filters, limit: number): Iterable<readonly DocumentRow[]> {
  let after: RowCursor | undefined
  // More than there can be: a storage that does not go on ends with a wrong list.
  for (let count = 0; count <= ROWS * 2; count++) {
    const page = storage.rows.list({ ...filters, ...(after && { after }), limit })
    yield page
    after = page.at(-1)
    if (page.length < limit) return
  }
}

const visible = ({ resources }: RowAccess) => !resources.includes('secret')

const FILTERS: Required<Filters> = {
  scope: 'user=wanted' as ScopeAddress,
  type: 'record',
  kind: 'wanted',
  tag: 'wanted',
  key: 'wanted',
  idPrefix: 'abc',
  conflict: 'open',
  visible,
  livingAt: 100,
}

/** Each set of filters; of those that ask for conflicts, a third asks for settled ones, too. */
function everyChoice(): readonly Filters[] {
  const fields = Object.entries(FILTERS)
  return Array.from({ length: 2 ** fields.length }, (_, choice) => {
    const filters: Filters = Object.fromEntries(fields.filter((_, i) => (choice >> i) & 1))
    return filters.conflict !== undefined && choice % 3 === 1
      ? { ...filters, conflict: 'any' as const }
      : filters
  })
}

/** Which rows each filter refuses: those whose number, from 1, is a multiple of this. */
const MISSES = { scope: 2, note: 3, kind: 5, tag: 7, key: 11, id: 13, conflict: 4, hidden: 9, expired: 17 }

function mixedRows(authors: number): DocumentRow[] {
  return Array.from({ length: ROWS }, (_, i) => {
    const misses = (filter: keyof typeof MISSES) => (i + 1) % MISSES[filter] === 0
    const row = sampleRow(String(i), {
      scope: misses('scope') ? 'user=other' : 'user=wanted',
      type: misses('note') ? 'note' : 'record',
      kind: misses('kind') ? 'other' : 'wanted',
      tags: misses('tag') ? ['a'] : ['a', 'wanted'],
      key: misses('key') ? null : 'wanted',
      conflicts: i % 10 === 0 ? [] : [sampleConflict(String(i), misses('conflict') ? 'resolved' : 'open')],
      authors: [`author ${i % authors}`] as NodeId[],
      resources: misses('hidden') ? ['secret'] : [],
      // Many at the same time, and more than one time.
      updatedAt: i % 6,
    })
    const id = `${misses('id') ? 'abd' : 'abc'}${row.id.slice(3)}` as DocumentId
    const expiresAt = misses('expired') ? [sampleSibling(99)] : []
    return { ...row, id, registers: { ...row.registers, expiresAt } }
  })
}

/** As RowQuery says it, and no storage's way of finding it. */
function fits(row: DocumentRow, filters: Filters): boolean {
  const { scope, type, kind, tag, key, idPrefix, conflict, livingAt } = filters
  const isNamed = key !== undefined || idPrefix !== undefined || conflict !== undefined
  const isOpen = row.conflicts.some(({ status }) => status !== 'resolved')
  return (
    (scope === undefined || row.scope === scope) &&
    (type === undefined ? isNamed || row.type !== 'note' : row.type === type) &&
    (kind === undefined || row.registers.kind?.[0]?.value === kind) &&
    (tag === undefined || row.sets.tags?.includes(tag) === true) &&
    (key === undefined || row.key === key) &&
    (idPrefix === undefined || row.id.startsWith(idPrefix)) &&
    (conflict === undefined || (conflict === 'open' ? isOpen : row.conflicts.length > 0)) &&
    (livingAt === undefined || row.registers.expiresAt?.length === 0) &&
    (filters.visible === undefined || filters.visible(row))
  )
}

function inOrder(a: DocumentRow, b: DocumentRow): number {
  return b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1)
}

function putAll(storage: Storage, rows: readonly DocumentRow[]): void {
  storage.transact(false, () => {
    for (const row of rows) storage.rows.put(row)
  })
}
