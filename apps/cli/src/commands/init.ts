import { command } from '../command.ts'
import { checkNewDirectory } from '../directory.ts'
import { UsageError } from '../fault.ts'
import { createDirectory } from '../new-node.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'

export default command({
  about: 'Makes a new mesh and a node in it, which is its admin.',
  words: [],
  flags: { agent: { type: 'string', hint: 'A', about: 'role that this node acts as' } },
  examples: ['moot init --name zylos01', 'moot init --name zylos01 --agent billing'],
  run: async invocation => {
    const { name, agent } = invocation.flags
    if (name === undefined) throw new UsageError('--name N is missing: what is the node called?')
    const made = await createDirectory(checkNewDirectory(invocation.dir()), { name, agent })
    return answer(invocation, made, () => `${oneLine(made.name)} is the first node of mesh ${made.mesh}\n`)
  },
})
