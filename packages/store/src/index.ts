/**
 * How entries survive a restart: one SQLite file per node.
 *
 *   const storage = openSqliteStorage('/home/me/.folkmoot/zylos01')
 *   storage.transact(true, () => storage.entries.append(entry, { status: 'applied' }))
 */

export type { SqliteStorage } from './sqlite-storage.ts'
export { hasMemory, openSqliteStorage } from './sqlite-storage.ts'
