import { sampleRow } from '@folkmoot/core/conformance'
import { expect, test } from 'vitest'
import { openSqliteStorage } from './sqlite-storage.ts'
import { emptyDirectory } from './testing/directory.ts'

test('a tag that very many rows bear is listed in the same order as a rare one', () => {
  const storage = openSqliteStorage(emptyDirectory())
  const rows = Array.from({ length: 6000 }, (_, i) =>
    sampleRow(String(i), { tags: i % 6 === 5 ? ['rare'] : ['common'], updatedAt: Math.floor(i / 700) }),
  )
  storage.transact(false, () => {
    for (const row of rows) storage.rows.put(row)
  })
  for (const tag of ['common', 'rare']) {
    const found: string[] = []
    for (let after: (typeof rows)[number] | undefined; ; ) {
      const page = storage.rows.list({ tag, limit: 900, ...(after && { after }) })
      found.push(...page.map(({ id }) => id))
      after = page.at(-1)
      if (page.length < 900) break
    }
    expect(found).toEqual(storage.rows.list({ tag, limit: 9999 }).map(({ id }) => id))
    expect(found.length).toBe(tag === 'rare' ? 1000 : 5000)
  }
  storage.close()
})
