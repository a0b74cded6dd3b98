import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { factLines } from '../print/memory.ts'

export default command({
  about: 'Name, agent, node, mesh and directory of this node.',
  words: [],
  flags: {},
  examples: ['moot whoami', 'moot whoami --json'],
  run: async invocation => {
    const client = await invocation.client()
    const self = await client.call('whoami', {})
    return answer(invocation, self, screen => {
      const facts = [
        ['node', self.node],
        ['mesh', self.mesh],
        ['directory', oneLine(self.dir)],
      ] as const
      return `${screen.paint.bold(oneLine(self.name))} acting as ${oneLine(self.agent)}\n${factLines(facts, screen)}`
    })
  },
})
