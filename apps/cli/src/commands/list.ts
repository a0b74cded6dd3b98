import { command } from '../command.ts'
import { ALL, DEMAND, EXPIRED, LIMIT, parseDemand, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { memoryTable } from '../print/memory.ts'
import { answerUpTo, parseLimit } from '../print/up-to.ts'

const SHOWN = 100

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
    const upTo = parseLimit(most, SHOWN)
    const demand = parseDemand(invocation.flags)
    const client = await invocation.client()
    const memories = await client.call('list', {
      ...given({ scope, kind, tag, expired, superseded, limit: upTo.asked }),
      ...demand,
    })
    const hint = '--limit N shows up to 10,000, moot export gives all'
    return answerUpTo(invocation, upTo, memories, memoryTable, hint)
  },
})
