import { setTimeout as delay } from 'node:timers/promises'
import { connectSocket } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { checkNodeDirectory } from '../directory.ts'
import { RefusedError } from '../fault.ts'
import { answer } from '../print/answer.ts'
import { visitorOf } from '../visitor.ts'

/** Longer than a socket takes to go away; somebody may have started the node again by then. */
const GONE_MS_MAX = 5_000
const LOOK_MS = 20

export default command({
  about: 'Stops the node that runs on the directory, and waits until it has stopped.',
  words: [],
  flags: {},
  examples: ['moot down', 'moot down --name zylos01'],
  run: async invocation => {
    const dir = checkNodeDirectory(invocation.dir())
    const client = await connectSocket(dir, visitorOf(invocation))
    if (client === undefined) throw new RefusedError(`no node runs on ${dir}`)
    try {
      const stopped = await client.call('down', {})
      await untilGone(dir)
      return await answer(invocation, stopped, () => 'stopped\n')
    } finally {
      await client.close()
    }
  },
})

/** The answer comes just before the socket is taken away; whoever starts a node next must not meet it. */
async function untilGone(dir: string): Promise<void> {
  for (const deadline = performance.now() + GONE_MS_MAX; performance.now() < deadline; await delay(LOOK_MS)) {
    const still = await connectSocket(dir)
    if (still === undefined) return
    await still.close()
  }
}
