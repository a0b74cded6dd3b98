import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openNode } from '../open-node.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-open-'))
})
afterEach(() => rmSync(home, { recursive: true }))

test.each([
  [{ dir: 5 }, 'dir takes text, not 5'],
  [{}, 'dir takes text, not undefined'],
  [{ name: 1 }, 'name takes text, not 1'],
  [{ listen: '/ip4/127.0.0.1/tcp/0' }, 'listen takes a list of texts, not'],
  [{ resolver: 'loudest' }, 'resolver takes one of "latest"'],
  [{ replicate: [{ scope: 'run=*', mode: 'off' }] }, 'mode takes one of'],
  [{ judge: {} }, 'judge takes an object with the functions judge and reconcile, not an object'],
  [{ arbiter: { judge: {} } }, 'arbiter.judge takes an object with the functions judge and reconcile'],
  [{ offlin: true }, 'no option offlin: there are'],
])('a node is not opened with %j, and nothing is made', async (options, message) => {
  const dir = 'dir' in options || Object.keys(options).length === 0 ? {} : { dir: join(home, 'one') }
  const asked = openNode({ ...dir, ...options } as never)
  await expect(asked).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(message) })
  expect(readdirSync(home)).toEqual([])
})

test('a node that is there is not opened as another one than it is', async () => {
  const dir = join(home, 'one')
  await (await openNode({ dir, name: 'one', agent: 'billing', offline: true })).close()
  for (const [options, message] of [
    [{ name: 'zzz' }, 'holds the node one, not "zzz": leave the name out'],
    [{ name: 'one', agent: 'nope' }, 'acts as billing, not "nope": leave the agent out'],
  ] as const) {
    const asked = openNode({ dir, offline: true, ...options })
    await expect(asked).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(message) })
  }
  const same = await openNode({ dir, name: 'one', agent: 'billing', offline: true })
  expect([same.name, same.agent]).toEqual(['one', 'billing'])
  await same.close()
})
