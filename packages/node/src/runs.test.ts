import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MemoryNode, OpenNodeOptions } from './api.ts'
import { openNode } from './open-node.ts'

const SECRET = 'zanzibarsecret'

let dir: string
let node: MemoryNode | undefined
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'folkmoot-runs-'))
})
afterEach(async () => {
  await node?.close()
  rmSync(dir, { recursive: true, force: true })
})

async function start(options: Partial<OpenNodeOptions> = {}): Promise<MemoryNode> {
  await node?.close()
  node = await openNode({ dir: join(dir, 'one'), name: 'one', offline: true, ...options })
  return node
}

function isOnDisk(text: string): boolean {
  const names = readdirSync(dir, { recursive: true, withFileTypes: true })
  return names.some(file => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text))
}

test('what a run kept for itself is destroyed when it ends, and nothing else', async () => {
  const at = await start()
  const { root } = await (async () => {
    await at.remember('lasting', { scope: 'user=alice', key: 'lasting' })
    return at.state()
  })()
  const scope = 'user=alice,run=r1'
  const { id } = await at.remember(`the ${SECRET}`, { scope, key: `key ${SECRET}`, tags: [SECRET] })
  await at.update(id, `now the ${SECRET} is another`)
  await at.remember(`more ${SECRET}`, { scope: 'run=r1' })
  await at.createBlock(`block ${SECRET}`, `text ${SECRET}`, { scope })
  await at.remember('other', { scope: 'run=r11' })
  await at.search(SECRET)
  expect(isOnDisk(SECRET)).toBe(true)
  // Not waited for: it ends with the run all the same.
  const last = at.remember(`last ${SECRET}`, { scope })
  expect(await at.endRun('r1')).toEqual({ run: 'r1', records: 4 })
  await last
  expect(isOnDisk(SECRET)).toBe(false)
  expect(isOnDisk('zibarsecret')).toBe(false)
  expect(await at.get(id)).toBeUndefined()
  expect((await at.list()).map(({ value }) => value).sort()).toEqual(['lasting', 'other'])
  expect((await at.state({ scope: 'user=alice' })).root).toBe(root)
  expect(await at.verify()).toMatchObject({ valid: true })
  expect(await at.endRun('r1')).toEqual({ run: 'r1', records: 0 })
  await at.remember('begun again', { scope })
  expect((await (await start()).list({ scope })).map(({ value }) => value)).toEqual(['begun again'])
})

test('a run that a rule shares is not destroyed', async () => {
  const at = await start({ replicate: [{ scope: 'user=alice,run=*', mode: 'push' }] })
  await at.remember('shared', { scope: 'user=alice,run=r1' })
  await at.remember('local', { scope: 'run=r1' })
  await expect(at.endRun('r1')).rejects.toMatchObject({ code: 'forbidden' })
  expect(await at.list()).toHaveLength(2)
  for (const bad of ['', 'a,b', 'a=b', '*', 'a b']) {
    await expect(at.endRun(bad)).rejects.toMatchObject({ code: 'usage' })
  }
})

test('a visitor ends what it may write to, and learns of no other run', async () => {
  const at = await start()
  await at.remember('alice', { scope: 'user=alice,run=r1' })
  await at.remember('bob', { scope: 'user=bob,run=r1' })
  const reader = at.as({ permissions: [{ scope: 'user=alice', rights: ['read'] }] })
  await expect(reader.endRun('r1')).rejects.toMatchObject({ code: 'forbidden' })
  const writer = at.as({ permissions: [{ scope: 'user=alice', rights: ['read', 'write'] }] })
  expect(await writer.endRun('r1')).toEqual({ run: 'r1', records: 1 })
  expect((await at.list()).map(({ value }) => value)).toEqual(['bob'])
})
