import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { eventTable } from '../print/events.ts'

export default command({
  about: 'All that was ever said of a memory, oldest first.',
  words: ['ID'],
  flags: { scope: SCOPE },
  examples: ['moot history 3f2a91c04d11', 'moot history currency --scope app=shop --json'],
  run: async invocation => {
    const { words, flags } = invocation
    const client = await invocation.client()
    const events = await client.call('history', { id: words[0] ?? '', ...given({ scope: flags.scope }) })
    return answer(invocation, events, screen => eventTable(events, screen))
  },
})
