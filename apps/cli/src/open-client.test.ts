import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openNode } from '@folkmoot/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClient } from './open-client.ts'

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'folkmoot-client-'))
  await (await openNode({ dir, name: 'one', offline: true })).close()
})
afterAll(() => rmSync(dir, { recursive: true }))

test('without a running node a directory answers itself, but not where it has to be a running one', async () => {
  const client = await openClient(dir, () => {})
  expect(await client.call('status', {})).toMatchObject({ name: 'one' })
  await client.close()
  const before = readdirSync(dir).sort()
  await expect(openClient(dir, () => {}, {}, 'running')).rejects.toThrow(
    `no node runs on ${dir}: start it with moot up`,
  )
  expect(readdirSync(dir).sort()).toEqual(before)
  expect(before).not.toContain('lock.pid')
})
