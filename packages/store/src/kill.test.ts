import { expect, test } from 'vitest'
import { openSqliteStorage } from './sqlite-storage.ts'
import { startChild } from './testing/child.ts'
import { emptyDirectory } from './testing/directory.ts'

const ROUNDS = 5

test('a killed process loses nothing that it was told is durable', async () => {
  const directory = emptyDirectory()
  for (let round = 0; round < ROUNDS; round++) {
    const child = startChild(directory)
    await child.wrote(20 + 37 * round)
    await child.kill()
    const acknowledged = child.lines().slice(1).map(Number)
    expect(acknowledged.length).toBeGreaterThan(0)
    const storage = openSqliteStorage(directory)
    const [head] = storage.entries.heads()
    const seqs =
      head === undefined ? [] : storage.entries.read(head.log, 0, 1e9).map(({ entry }) => entry.seq)
    expect(seqs).toEqual(seqs.map((_, i) => i))
    expect(seqs.length).toBeGreaterThan(acknowledged.at(-1) ?? 0)
    expect([...storage.rows.digests()].length).toBe(seqs.length)
    expect(storage.rows.list({ tag: 't', limit: 1e6 }).length).toBe(seqs.length)
    expect(storage.rows.search({ text: 'memory', limit: 1e6 }).length).toBe(seqs.length)
    expect(storage.problems()).toEqual([])
    storage.close()
  }
})
