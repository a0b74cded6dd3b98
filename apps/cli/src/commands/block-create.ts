import { command } from '../command.ts'
import { REASON, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { readText } from '../input/text.ts'
import { answer } from '../print/answer.ts'
import { shortId } from '../print/words.ts'

export default command({
  about: 'Makes a block: one text that many agents write at once. - reads it from stdin.',
  words: ['KEY', '[TEXT]'],
  flags: { scope: SCOPE, reason: REASON },
  examples: [
    'moot block create persona "You are a patient clerk." --scope app=shop',
    'moot block create notes - < notes.md',
  ],
  run: async invocation => {
    const { words, flags, around } = invocation
    const text = await readText(words[1] ?? '', around)
    const client = await invocation.client()
    const fields = given({ scope: flags.scope, reason: flags.reason })
    const block = await client.call('block.create', { key: words[0] ?? '', text, ...fields })
    return answer(invocation, block, () => `made block ${shortId(block.id)} in ${block.scope}\n`)
  },
})
