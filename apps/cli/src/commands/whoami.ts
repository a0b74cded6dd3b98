import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { grantTable } from '../print/access.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { factLines } from '../print/memory.ts'
import type { Screen } from '../print/screen.ts'
import { ago } from '../print/words.ts'

export default command({
  about: 'Name, agent, node, mesh and directory of this node, its certificate, and what it may do.',
  words: [],
  flags: {},
  examples: ['moot whoami', 'moot whoami --json'],
  run: async invocation => {
    const client = await invocation.client()
    const self = await client.call('whoami', {})
    return answer(invocation, self, screen => whoamiText(self, screen))
  },
})

export function whoamiText(self: Result<'whoami'>, screen: Screen): string {
  const { paint, now } = screen
  const { notAfter, incarnation, agentsNodes } = self
  const facts = [
    ['node', self.node],
    ['mesh', `${self.mesh}${self.sealed ? '' : paint.yellow(' (not encrypted)')}`],
    ['directory', oneLine(self.dir)],
    ['certified', notAfter === null ? 'for ever' : `until ${notAfter} (${ago(notAfter, now)})`],
    ['admin', self.isAdmin ? 'yes' : ''],
    ['incarnation', incarnation === 0 ? '' : String(incarnation)],
    ['same agent', oneLine(agentsNodes.map(({ name }) => name).join(', '))],
  ] as const
  const rights = self.rights.length === 0 ? 'nothing was granted to it\n' : grantTable(self.rights, screen)
  const head = `${paint.bold(oneLine(self.name))} acting as ${oneLine(self.agent)}`
  return `${head}\n${factLines(facts, screen)}\n${rights}`
}
