import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { untilEnded } from './process-end.ts'

/** A process that does nothing until its stdin is closed. */
async function idle() {
  const child = spawn(process.execPath, ['-e', "console.log('up'); process.stdin.resume()"])
  await once(child.stdout, 'data')
  return child
}

test('a process that runs has not ended, and then it has', async () => {
  const child = await idle()
  const pid = child.pid ?? 0
  expect(await untilEnded(pid, 60)).toBe(false)
  const ended = untilEnded(pid, 20_000)
  child.stdin.end()
  expect(await ended).toBe(true)
})

test.skipIf(process.platform !== 'linux')('one that nobody has buried yet has ended too', async () => {
  // The shell goes on as another program, which does not ask after the child that it never made.
  const script = '(exit 0) & echo $!; exec sleep 20'
  const parent = spawn('bash', ['-c', script])
  const [line] = await once(parent.stdout, 'data')
  try {
    expect(await untilEnded(Number(String(line)), 5_000)).toBe(true)
  } finally {
    parent.kill()
  }
})
