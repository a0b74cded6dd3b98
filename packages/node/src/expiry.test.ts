import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DocumentRow } from '@folkmoot/core'
import { sampleRow, sampleSibling } from '@folkmoot/core/conformance'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MemoryNode } from './api.ts'
import { chooseExpired } from './expiry.ts'
import { openNode } from './open-node.ts'

describe('which ones', () => {
  const NOW = 1_000_000
  const record = (name: string, createdAt: number, updatedAt: number, importance?: number): DocumentRow => {
    const base = sampleRow(name, { content: name.padEnd(10, '.'), createdAt, updatedAt })
    if (importance === undefined) return base
    return { ...base, registers: { ...base.registers, importance: [sampleSibling(importance)] } }
  }
  const rows = [
    record('old', 0, 900_000),
    record('idle', 500_000, 500_000),
    record('new', 900_000, 990_000),
    record('weighty', 500_000, 400_000, 0.9),
    record('slight', 950_000, 995_000, 0.1),
  ]
  const chosen = (options: Parameters<typeof chooseExpired>[1]) =>
    chooseExpired(rows, options, NOW).map(({ row, why }) => [
      String(row.registers.content?.[0]?.value).replace(/\.*$/, ''),
      why,
    ])

  test.each<[string, Parameters<typeof chooseExpired>[1], string[][]]>([
    ['by age', { olderThanMs: 600_000 }, [['old', 'age']]],
    [
      'by inactivity',
      { inactiveMs: 450_000 },
      [
        ['idle', 'inactivity'],
        ['weighty', 'inactivity'],
      ],
    ],
    [
      'all but the most important and newest',
      { keep: 2 },
      [
        ['slight', 'budget'],
        ['idle', 'budget'],
        ['old', 'budget'],
      ],
    ],
    ['all', { keep: 0 }, ['slight', 'idle', 'old', 'new', 'weighty'].map(name => [name, 'budget'])],
    ['none within a budget', { keep: 5, keepBytes: 50 }, []],
    ['beyond so many bytes', { keepBytes: 49 }, [['slight', 'budget']]],
    ['what goes for its age leaves room', { olderThanMs: 600_000, keep: 4 }, [['old', 'age']]],
  ])('%s', (_, options, wanted) => {
    expect(chosen(options)).toEqual(wanted)
  })

  test('nothing asked is refused', () => {
    expect(() => chosen({})).toThrow('expire what?')
    expect(() => chosen({ kind: 'working' })).toThrow('expire what?')
  })
})

describe('a node', () => {
  let home: string
  let node: MemoryNode
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'folkmoot-expiry-'))
    node = await openNode({ dir: join(home, 'one'), name: 'one', offline: true })
  })
  afterEach(async () => {
    await node.close()
    rmSync(home, { recursive: true, force: true })
  })

  const listed = async (expired = false) => (await node.list({ expired })).map(({ key }) => key).sort()

  test('hides what has expired, but tells of it when asked by name', async () => {
    const past = Date.now() - 1
    const { id } = await node.remember('gone by', { key: 'gone', expiresAt: past })
    await node.remember('pinned by', { key: 'pinned', expiresAt: past, pinned: true })
    await node.remember('stays by', { key: 'stays', expiresAt: Date.now() + 60_000 })
    expect(await listed()).toEqual(['pinned', 'stays'])
    expect(await listed(true)).toEqual(['gone', 'pinned', 'stays'])
    expect(await node.get('gone')).toMatchObject({ status: 'expired', value: 'gone by' })
    expect(await node.get('pinned')).toMatchObject({ status: 'settled' })
    const found = async (expired: boolean) =>
      (await node.search('by', { expired })).map(({ memory }) => memory.key).sort()
    expect(await found(false)).toEqual(['pinned', 'stays'])
    expect(await found(true)).toEqual(['gone', 'pinned', 'stays'])
    const exported: (string | undefined)[] = []
    for await (const { key } of node.export()) exported.push(key)
    expect(exported.sort()).toEqual(['pinned', 'stays'])
    expect((await node.get(id, { at: past - 1000 }))?.status).toBeUndefined()
  })

  test('expires by a policy, on the record, and not what is pinned', async () => {
    for (const key of ['a', 'b', 'c'])
      await node.remember(`text ${key}`, { key, importance: key === 'b' ? 1 : 0 })
    await node.remember('text p', { key: 'p', pinned: true })
    const dry = await node.expire({ keep: 1, dryRun: true })
    expect(dry).toMatchObject({ dryRun: true, records: [{ key: 'a', why: 'budget' }, { key: 'c' }] })
    expect(await listed()).toEqual(['a', 'b', 'c', 'p'])
    expect((await node.expire({ keep: 1 })).records.map(({ key }) => key)).toEqual(['a', 'c'])
    expect(await listed()).toEqual(['b', 'p'])
    expect((await node.history((await node.get('a'))?.id ?? '')).at(-1)).toMatchObject({
      reason: 'expired for budget',
    })
    expect((await node.expire({ keep: 1 })).records).toEqual([])
    const { records } = await node.expire({ keep: 0, scope: 'user=nobody' })
    expect(records).toEqual([])
    expect(await node.verify()).toMatchObject({ valid: true })
  })
})
