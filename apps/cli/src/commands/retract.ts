import { command } from '../command.ts'
import { REASON, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { shortId } from '../print/words.ts'

export default command({
  about: 'Says that a memory is no longer true. Its history stays; moot erase destroys it.',
  words: ['ID'],
  flags: { scope: SCOPE, reason: REASON },
  examples: ['moot retract 3f2a91c04d11', 'moot retract 3f2a91c04d11 --reason "she moved"'],
  run: async invocation => {
    const { words, flags } = invocation
    const client = await invocation.client()
    const fields = given({ scope: flags.scope, reason: flags.reason })
    const changed = await client.call('retract', { id: words[0] ?? '', ...fields })
    return answer(invocation, changed, () => `retracted ${shortId(changed.id)}\n`)
  },
})
