import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { eventTable } from '../print/events.ts'

export default command({
  about: 'All that was ever said of a memory, oldest first.',
  words: ['ID'],
  flags: {},
  examples: ['moot history 3f2a91c04d11'],
  run: async invocation => {
    const client = await invocation.client()
    const events = await client.call('history', { id: invocation.words[0] ?? '' })
    return answer(invocation, events, screen => eventTable(events, screen))
  },
})
