import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { conflictText, fetchNames } from '../print/conflict.ts'

export default command({
  about: 'Shows one disagreement: who said what and when, and how to settle it.',
  words: ['CONFLICT'],
  flags: {},
  examples: ['moot conflict 3f2a91c04d1122334455667788990011.content'],
  run: async invocation => {
    const client = await invocation.client()
    const conflict = await client.call('conflict', { id: invocation.words[0] ?? '' })
    const names = invocation.flags.json === true ? new Map() : await fetchNames(client)
    return answer(invocation, conflict, screen => conflictText(conflict, names, screen))
  },
})
