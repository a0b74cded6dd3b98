import { command } from '../command.ts'
import { BASIS, REASON, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { warnOfStale } from '../print/stale-warning.ts'
import { shortId } from '../print/words.ts'

export default command({
  about: 'Says that a memory is no longer true. Its history stays; moot erase destroys it.',
  words: ['ID'],
  flags: { scope: SCOPE, reason: REASON, ...BASIS },
  examples: ['moot retract 3f2a91c04d11', 'moot retract 3f2a91c04d11 --reason "she moved"'],
  run: async invocation => {
    const { words, flags } = invocation
    const client = await invocation.client()
    const { scope, reason, 'based-on': basedOn, strict } = flags
    const fields = given({ scope, reason, basedOn, strict })
    const changed = await client.call('retract', { id: words[0] ?? '', ...fields })
    await warnOfStale(changed, invocation.around)
    return answer(invocation, changed, () => `retracted ${shortId(changed.id)}\n`)
  },
})
