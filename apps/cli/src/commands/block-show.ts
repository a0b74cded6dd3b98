import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { lines } from '../print/clean.ts'

export default command({
  about: 'Prints the text of a block.',
  words: ['ID_OR_KEY'],
  flags: { scope: SCOPE },
  examples: ['moot block show persona --scope app=shop', 'moot block show notes > notes.md'],
  run: async invocation => {
    const { words, flags, around } = invocation
    const client = await invocation.client()
    const block = await client.call('block.show', { id: words[0] ?? '', ...given({ scope: flags.scope }) })
    return answer(invocation, block, () => {
      // Into a file goes the text as it is.
      if (!around.out.isTerminal) return block.text
      return block.text.endsWith('\n') ? lines(block.text) : `${lines(block.text)}\n`
    })
  },
})
