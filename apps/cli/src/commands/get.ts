import type { Client } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { AT, DEMAND, FRESH, parseDemand, parseResolver, RESOLVER, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseAsOf } from '../input/times.ts'
import { answer } from '../print/answer.ts'
import { conflictText, fetchNames } from '../print/conflict.ts'
import { type Memory, memoryText } from '../print/memory.ts'
import type { Screen } from '../print/screen.ts'

export default command({
  about: 'Shows a memory by its id, the first digits of its id, or its key; and all who contradict it.',
  words: ['ID_OR_KEY'],
  flags: { scope: SCOPE, at: AT, fresh: FRESH, resolver: RESOLVER, ...DEMAND },
  examples: [
    'moot get currency --scope app=shop',
    'moot get 3f2a91c04d11 --json',
    'moot get currency --at "2h ago"',
  ],
  run: async invocation => {
    const { words, flags, around } = invocation
    const at = flags.at === undefined ? undefined : parseAsOf(flags.at, around.now())
    const resolver = parseResolver(flags.resolver)
    const wishes = {
      ...given({ scope: flags.scope, at, fresh: flags.fresh, resolver }),
      ...parseDemand(flags),
    }
    const client = await invocation.client()
    const memory = await client.call('get', { id: words[0] ?? '', ...wishes })
    const disputed = flags.json !== true && memory.status === 'conflict' && at === undefined
    const disputes = disputed ? await fetchDisputes(client, memory) : () => ''
    return answer(invocation, memory, screen => memoryText(memory, screen) + disputes(screen))
  },
})

async function fetchDisputes(client: Client, { id, scope }: Memory): Promise<(screen: Screen) => string> {
  const [names, conflicts] = await Promise.all([fetchNames(client), client.call('conflicts', { scope })])
  const disputes = conflicts.filter(({ record }) => record === id)
  return screen => disputes.map(dispute => `\n${conflictText(dispute, names, screen)}`).join('')
}
