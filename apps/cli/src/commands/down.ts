import { connectSocket } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { checkNodeDirectory } from '../directory.ts'
import { RefusedError } from '../fault.ts'
import { answer } from '../print/answer.ts'

export default command({
  about: 'Stops the node that runs on the directory, and waits until it has stopped.',
  words: [],
  flags: {},
  examples: ['moot down', 'moot down --name zylos01'],
  run: async invocation => {
    const dir = checkNodeDirectory(invocation.dir())
    const client = await connectSocket(dir)
    if (client === undefined) throw new RefusedError(`no node runs on ${dir}`)
    try {
      const stopped = await client.call('down', {})
      return await answer(invocation, stopped, () => 'stopped\n')
    } finally {
      await client.close()
    }
  },
})
