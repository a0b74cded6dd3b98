import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { FILE_NAME } from './database-file.ts'
import { listSql, type PlacedQuery } from './list-query.ts'
import { openSqliteStorage } from './sqlite-storage.ts'
import { emptyDirectory } from './testing/directory.ts'

const AFTER = { updatedAt: 5, id: new Uint8Array(16) }

/** How SQLite goes about it, a line for each table. */
function planOf(query: Omit<PlacedQuery, 'limit'>): readonly string[] {
  const directory = emptyDirectory()
  openSqliteStorage(directory).close()
  const sqlite = new DatabaseSync(join(directory, FILE_NAME))
  const { sql, values } = listSql({ ...query, limit: 10 })
  const plan = sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
  sqlite.close()
  return plan.map(({ detail }) => String(detail))
}

test.each<[string, Omit<PlacedQuery, 'limit'>, string]>([
  ['of everything', { places: 'all' }, 'rows_by_time (updated_at<?)'],
  ['of the living', { places: 'all', livingAt: 9, kind: 'k' }, 'rows_by_time (updated_at<?)'],
  ['of one place', { places: [1] }, 'rows_by_place (place=? AND updated_at<?)'],
  ['of many places', { places: [1, 2] }, 'rows_by_time (updated_at<?)'],
  ['of conflicts', { places: 'all', conflict: 'open' }, 'rows_by_conflict (conflict=? AND updated_at<?)'],
  ['of settled ones', { places: [1], conflict: 'settled' }, 'rows_by_conflict (conflict=? AND updated_at<?)'],
  ['of a common tag', { places: 'all', tag: 't', isTagCommon: true }, 'rows_by_time (updated_at<?)'],
  [
    'of a tag in a place',
    { places: [1], tag: 't', isTagCommon: true },
    'rows_by_place (place=? AND updated_at<?)',
  ],
])('a list %s goes on where it ended, by an index, and sorts only what changed at one time', (_, query, index) => {
  const plan = planOf({ ...query, after: AFTER })
  expect(plan[0]?.replace('COVERING ', '')).toBe(`SEARCH rows USING INDEX ${index}`)
  expect(plan.filter(line => /ORDER BY/.test(line))).toEqual(['USE TEMP B-TREE FOR LAST TERM OF ORDER BY'])
})

test.each<[string, Omit<PlacedQuery, 'limit'>, string]>([
  ['a rare tag', { places: 'all', tag: 't' }, 'SEARCH tags USING PRIMARY KEY (tag=?)'],
  ['a key', { places: [1], key: 'k' }, 'SEARCH rows USING INDEX rows_by_key (key=?)'],
])('%s is looked up, and what is found sorted', (_, query, first) => {
  expect(planOf({ ...query, after: AFTER })[0]).toBe(first)
})
