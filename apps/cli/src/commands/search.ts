import { command } from '../command.ts'
import { ALL, DEMAND, EXPIRED, LIMIT, parseDemand, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { readStatement } from '../input/text.ts'
import { hitTable } from '../print/memory.ts'
import { answerUpTo, parseLimit } from '../print/up-to.ts'

const SHOWN = 10

export default command({
  about: 'Finds memories by their words, best first.',
  words: ['QUERY'],
  flags: {
    scope: SCOPE,
    expired: EXPIRED,
    all: ALL,
    ...DEMAND,
    limit: LIMIT,
    explain: { type: 'boolean', about: 'also the words that were found, and who wrote it' },
  },
  examples: ['moot search "aisle seat"', 'moot search seat --scope user=alice --limit 3 --json'],
  run: async invocation => {
    const { scope, limit: most, explain, expired, all: superseded } = invocation.flags
    const demand = parseDemand(invocation.flags)
    const upTo = parseLimit(most, SHOWN)
    const query = await readStatement(invocation.words[0] ?? '', invocation.around)
    const client = await invocation.client()
    const hits = await client.call('search', {
      query,
      ...given({ scope, limit: upTo.asked, explain, expired, superseded }),
      ...demand,
    })
    return answerUpTo(invocation, upTo, hits, hitTable, '--limit N shows up to 10,000')
  },
})
