import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../main.ts'
import type { Surroundings } from '../surroundings.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'folkmoot-down-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

/** A node in a process of its own that goes on after it has closed its doors; the last it does is to write a file. */
async function lingering(dir: string, last: string): Promise<ChildProcess> {
  const script = `
    import { writeFileSync } from 'node:fs'
    import { openNode } from '@folkmoot/node'
    import { serveSocket } from '@folkmoot/gateway'
    const [dir, last] = process.argv.slice(1)
    process.once('exit', () => writeFileSync(last, ''))
    const node = await openNode({ dir, name: 'one', offline: true })
    const onDown = async () => {
      await node.close()
      setTimeout(() => socket.close(), 20)
      setTimeout(() => {}, 700)
    }
    const socket = await serveSocket(node, dir, { onDown })
    console.log('up')`
  const args = ['--conditions=folkmoot-source', '--no-warnings', '--input-type=module', '-e', script]
  const child = spawn(process.execPath, [...args, dir, last], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('a node is only said to have stopped when its process has ended', async () => {
  const last = join(dir, 'last')
  const ended = once(await lingering(join(dir, 'one'), last), 'exit')
  const told: unknown[] = []
  const write = async (text: string) => void told.push(text, existsSync(last))
  const sink = { write, isTerminal: false, columns: 80 }
  const around = { env: {}, out: sink, err: sink, now: Date.now, isStopped: () => false }
  expect(await run(['down', '--dir', join(dir, 'one')], around as unknown as Surroundings)).toBe(0)
  expect(told).toEqual(['stopped\n', true])
  await ended
})
