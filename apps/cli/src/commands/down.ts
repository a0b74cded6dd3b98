import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connectSocket } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { checkNodeDirectory } from '../directory.ts'
import { RefusedError } from '../fault.ts'
import { answer } from '../print/answer.ts'
import { untilEnded } from '../process-end.ts'
import { visitorOf } from '../visitor.ts'

/** Longer than a socket takes to go away; somebody may have started the node again by then. */
const GONE_MS_MAX = 5_000
const LOOK_MS = 20
/** A node that is busy or far from its peers takes a few seconds to end: this is several times that. */
const ENDED_MS_MAX = 15_000
/** Where a running node writes which process it is. */
const PID_FILE = 'lock.pid'

export default command({
  about: 'Stops the node that runs on the directory, and waits until its process has ended.',
  words: [],
  flags: {},
  examples: ['moot down', 'moot down --name zylos01'],
  takesNoBranch: true,
  run: async invocation => {
    const dir = checkNodeDirectory(invocation.dir())
    const client = await connectSocket(dir, visitorOf(invocation))
    if (client === undefined) throw new RefusedError(`no node runs on ${dir}`)
    const pid = pidOf(dir)
    try {
      const stopped = await client.call('down', {})
      await untilGone(dir)
      if (pid !== undefined && !(await untilEnded(pid, ENDED_MS_MAX)))
        throw new RefusedError(`the node lets nobody in any more, but is still stopping (process ${pid})`)
      return await answer(invocation, stopped, () => 'stopped\n')
    } finally {
      await client.close()
    }
  },
})

/** Undefined if nobody could write it, or if it is this very process. */
function pidOf(dir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dir, PID_FILE), 'utf8'))
    return Number.isSafeInteger(pid) && pid > 0 && pid !== process.pid ? pid : undefined
  } catch {
    return undefined
  }
}

/** The answer comes just before the socket is taken away; whoever starts a node next must not meet it. */
async function untilGone(dir: string): Promise<void> {
  for (const deadline = performance.now() + GONE_MS_MAX; performance.now() < deadline; await delay(LOOK_MS)) {
    const still = await connectSocket(dir)
    if (still === undefined) return
    await still.close()
  }
}
