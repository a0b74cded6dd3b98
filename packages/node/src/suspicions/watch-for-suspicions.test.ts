import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RamNode, ramMesh } from '../../../../test/support/ram-mesh.ts'
import { openNode } from '../open-node.ts'
import { watchForSuspicions } from './watch-for-suspicions.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-watch-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

test('an arbiter finds by itself what contradicts what', async () => {
  const node = await openNode({ dir: join(home, 'one'), name: 'one', offline: true, arbiter: {} })
  await node.remember('The plan costs 10 euros')
  await node.remember('The plan costs 12 euros')
  await expect.poll(async () => (await node.conflicts()).length, { timeout: 10_000 }).toBe(1)
  expect(await node.list()).toHaveLength(2)
  await node.remember('The plan costs 14 euros')
  // It is closed while that one waits.
  await node.close()
  const again = await openNode({ dir: join(home, 'one'), offline: true })
  expect(await again.list()).toHaveLength(3)
  await again.close()
})

test.each([
  ['a node that is none', { isBranch: false }],
  ['one that is told not to', { arbiter: {}, suspect: false, isBranch: false }],
  ['a branch', { arbiter: {}, isBranch: true }],
])('not %s', (_, wishes) => {
  const [{ view }] = ramMesh(['ann']).nodes as [RamNode]
  expect(watchForSuspicions(view, wishes)).toBeUndefined()
})

test('what goes wrong, and what is too much, is told once', async () => {
  const [{ view, node }] = ramMesh(['ann']).nodes as [RamNode]
  const notices: string[] = []
  const { id } = await node.remember('The plan costs 10 euros')
  const row = view.sight.row(id)
  const reader = {
    ...view.reader,
    now: () => {
      throw new Error('no clock')
    },
  }
  const watch = watchForSuspicions({ ...view, reader } as never, {
    ...{ arbiter: {}, isBranch: false },
    onNotice: notice => notices.push(notice),
  })
  if (row === undefined || watch === undefined) throw new Error('nothing to watch')
  watch.changed([{ after: row }])
  await watch.idle()
  watch.changed([{ after: row }])
  await watch.idle()
  expect(notices).toEqual(['a memory was not compared with others: no clock'])
  watch.changed(
    Array.from({ length: 10_002 }, (_, i) => ({
      after: { ...row, id: i.toString(16).padStart(32, '0') as typeof id },
    })),
  )
  expect(notices).toHaveLength(2)
  await watch.close()
})
