import { command } from '../command.ts'
import { REASON, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { readText } from '../input/text.ts'
import { answer } from '../print/answer.ts'
import { shortId } from '../print/words.ts'

export default command({
  about:
    'Gives a block a new text by the smallest edit, so that what others write meanwhile stays. - reads stdin.',
  words: ['ID_OR_KEY', 'TEXT'],
  flags: { scope: SCOPE, reason: REASON },
  examples: [
    'moot block edit persona "You are a patient, brief clerk."',
    'moot block edit notes - < notes.md',
  ],
  run: async invocation => {
    const { words, flags, around } = invocation
    const text = await readText(words[1] ?? '', around)
    const client = await invocation.client()
    const fields = given({ scope: flags.scope, reason: flags.reason })
    const block = await client.call('block.edit', { id: words[0] ?? '', text, ...fields })
    return answer(invocation, block, () => `edited block ${shortId(block.id)}\n`)
  },
})
