import { command } from '../command.ts'
import { checkNodeDirectory } from '../directory.ts'
import { answer } from '../print/answer.ts'

export default command({
  about:
    'Gives this node another key, while it is down. Its name, agent, rights and memory stay; tickets that it gave out end.',
  words: [],
  flags: {},
  examples: ['moot down && moot rotate-key && moot up --detach', 'moot rotate-key --json'],
  takesNoBranch: true,
  run: async invocation => {
    const dir = checkNodeDirectory(invocation.dir())
    const { rotateKey } = await import('@folkmoot/node')
    const { from, to } = await rotateKey(dir)
    return answer(
      invocation,
      { from, to },
      () =>
        `the node is ${to} from now on (it was ${from}): start it with moot up so that the others hear of it\n`,
    )
  },
})
