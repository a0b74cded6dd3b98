import { command } from '../command.ts'
import { checkNewDirectory } from '../directory.ts'
import { UsageError } from '../fault.ts'
import { readStatement } from '../input/text.ts'
import { createDirectory } from '../new-node.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'

export default command({
  about: 'Makes a node that joins a mesh. The ticket comes from moot invite; - reads it from stdin.',
  words: ['TICKET'],
  flags: {},
  examples: ['moot join TICKET --name zylos02', 'ssh host moot invite | moot join - --name zylos02'],
  takesNoBranch: true,
  run: async invocation => {
    const { name } = invocation.flags
    if (name === undefined) throw new UsageError('--name N is missing: what is the node called?')
    const join = (await readStatement(invocation.words[0] ?? '', invocation.around)).trim()
    const made = await createDirectory(checkNewDirectory(invocation.dir()), { name, join })
    return answer(invocation, made, () => {
      const { name, mesh, agent } = made
      return `${oneLine(name)} has joined mesh ${mesh} as ${oneLine(agent)}\n`
    })
  },
})
