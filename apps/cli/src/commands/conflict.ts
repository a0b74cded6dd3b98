import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { conflictText, fetchNames } from '../print/conflict.ts'

export default command({
  about:
    'Shows one disagreement by its id, or by the id, its first digits or the key of the memory: who said what and when, and how to settle it.',
  words: ['CONFLICT'],
  flags: { scope: SCOPE },
  examples: ['moot conflict 3f2a91c04d11.content', 'moot conflict currency --scope app=shop'],
  run: async invocation => {
    const { words, flags } = invocation
    const client = await invocation.client()
    const conflict = await client.call('conflict', { id: words[0] ?? '', ...given({ scope: flags.scope }) })
    const names = flags.json === true ? new Map() : await fetchNames(client)
    return answer(invocation, conflict, screen => conflictText(conflict, names, screen))
  },
})
