import { command } from '../command.ts'
import { ALL, DEMAND, EXPIRED, LIMIT, parseDemand, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseCount } from '../input/numbers.ts'
import { answer } from '../print/answer.ts'
import { memoryTable } from '../print/memory.ts'

export default command({
  about: 'Lists memories.',
  words: [],
  flags: {
    scope: SCOPE,
    kind: { type: 'string', hint: 'K', about: 'only of this kind' },
    tag: { type: 'string', hint: 'T', about: 'only with this tag' },
    expired: EXPIRED,
    all: ALL,
    ...DEMAND,
    limit: LIMIT,
  },
  examples: ['moot list --scope user=alice', 'moot list --tag travel --json'],
  run: async invocation => {
    const { scope, kind, tag, expired, all: superseded, limit: most } = invocation.flags
    const limit = parseCount('limit', most, 1)
    const demand = parseDemand(invocation.flags)
    const client = await invocation.client()
    const memories = await client.call('list', {
      ...given({ scope, kind, tag, expired, superseded, limit }),
      ...demand,
    })
    return answer(invocation, memories, screen => memoryTable(memories, screen))
  },
})
