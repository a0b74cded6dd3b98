import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { eventTable } from '../print/events.ts'

export default command({
  about: 'Who changed a block and when, oldest first.',
  words: ['ID_OR_KEY'],
  flags: {},
  examples: ['moot block history persona'],
  run: async invocation => {
    const client = await invocation.client()
    const events = await client.call('block.history', { id: invocation.words[0] ?? '' })
    return answer(invocation, events, screen => eventTable(events, screen))
  },
})
