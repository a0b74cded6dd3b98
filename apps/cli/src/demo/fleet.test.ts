/** A fleet of stand-ins: what matters is that nothing that was started outlives it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fleet } from './fleet.ts'

let home: string
let controller: AbortController
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-fleet-'))
  controller = new AbortController()
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** A node that notes its process id and then does as the script says. */
function fleetOf(script: string): Fleet {
  const moot = join(home, 'moot.mjs')
  writeFileSync(
    moot,
    `import { writeFileSync } from 'node:fs'\n${script}\nwriteFileSync(${JSON.stringify(join(home, 'pid'))}, String(process.pid))\n`,
  )
  return new Fleet(home, { signal: controller.signal, moot, stopMs: 100 })
}

async function started(): Promise<number> {
  const path = join(home, 'pid')
  await expect
    .poll(() => existsSync(path) && readFileSync(path, 'utf8'), { timeout: 10_000 })
    .toMatch(/^\d+$/)
  return Number(readFileSync(path, 'utf8'))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const STUBBORN = "process.on('SIGTERM', () => {})\nsetInterval(() => {}, 1000)"

test('a node that is not ready yet, and does not stop when asked, is gone once the fleet is closed', async () => {
  const fleet = fleetOf(STUBBORN)
  const starting = fleet.start('one').catch(error => error)
  const pid = await started()
  expect(isAlive(pid)).toBe(true)
  await fleet.close()
  expect(isAlive(pid)).toBe(false)
  expect(await starting).toMatchObject({ message: expect.stringContaining('the node ended') })
})

test('a node that ends at once is told of in its own words, and leaves nothing to wait for', async () => {
  const fleet = fleetOf("process.stderr.write('moot: no such thing\\n')\nprocess.exitCode = 2")
  await expect(fleet.start('one')).rejects.toThrow('the node ended with 2: moot: no such thing')
  await fleet.close()
})

test('when it is stopped so are its nodes, and no other is started', async () => {
  const fleet = fleetOf('setInterval(() => {}, 1000)')
  const starting = fleet.start('one').catch(error => error)
  const pid = await started()
  controller.abort()
  expect(await starting).toMatchObject({ message: expect.stringContaining('the node ended') })
  expect(isAlive(pid)).toBe(false)
  await expect(fleet.start('two')).rejects.toMatchObject({ name: 'AbortError' })
  await expect(fleet.converge()).rejects.toMatchObject({ name: 'AbortError' })
  await fleet.close()
})
