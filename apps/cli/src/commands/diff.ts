import { command } from '../command.ts'
import { codeOf } from '../fault.ts'
import { LIMIT, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseTime } from '../input/times.ts'
import { answer } from '../print/answer.ts'
import { diffText } from '../print/diff.ts'
import { parseMost } from '../print/up-to.ts'

export default command({
  about:
    'What two states say differently. Each is a time, a node (what it is known to hold), here, or now, which is the same. Or one is branch:NAME, and the other here: what merging it would meet.',
  words: ['A', 'B'],
  flags: {
    scope: SCOPE,
    limit: LIMIT,
    after: { type: 'string', hint: 'ID', about: 'go on after this memory, where a report ended' },
  },
  examples: [
    'moot diff "2h ago" now',
    'moot diff here zylos0t',
    'moot diff here branch:what-if',
    'moot diff 2026-01-30 2026-01-31 --scope app=shop',
  ],
  run: async invocation => {
    const { words, flags, around } = invocation
    const [a = '', b = ''] = words.map(word => sideIn(word, around.now()))
    const { scope, after } = flags
    const limit = parseMost(flags.limit)
    const client = await invocation.client()
    const report = await client.call('diff', { a, b, ...given({ scope, after, limit }) })
    return answer(invocation, report, screen => diffText(report, screen))
  },
})

/** What is no time is somebody's name; `now` is no moment: it is all that is here. */
function sideIn(word: string, now: number): string {
  if (word === 'now') return word
  try {
    return parseTime('at', word, now)
  } catch (error) {
    if (codeOf(error) !== 'usage') throw error
    return word
  }
}
