import { command } from '../command.ts'
import { AT, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseAsOf } from '../input/times.ts'
import { answer } from '../print/answer.ts'
import { reasonTree } from '../print/reasons.ts'

export default command({
  about:
    'What the effective value of a memory rests on, or rested on: entries, settlements, and sources through any depth.',
  words: ['ID'],
  flags: { scope: SCOPE, at: AT },
  examples: ['moot why 3f2a91c04d11', 'moot why 3f2a91c04d11 --at 2026-01-31T12:00:00Z'],
  run: async invocation => {
    const { words, flags, around } = invocation
    const at = flags.at === undefined ? undefined : parseAsOf(flags.at, around.now())
    const client = await invocation.client()
    const events = await client.call('why', { id: words[0] ?? '', ...given({ at, scope: flags.scope }) })
    return answer(invocation, events, screen => reasonTree(events, screen))
  },
})
