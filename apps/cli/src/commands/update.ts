import { command } from '../command.ts'
import { BASIS, JSON_VALUE, REASON, SCOPE, SOURCES } from '../flags.ts'
import { given } from '../input/given.ts'
import { readValue } from '../input/text.ts'
import { answer } from '../print/answer.ts'
import { warnOfStale } from '../print/stale-warning.ts'
import { shortId } from '../print/words.ts'

export default command({
  about: 'Says something else in the place of what was said. - reads the text from stdin.',
  words: ['ID', 'TEXT'],
  flags: { scope: SCOPE, 'json-value': JSON_VALUE, reason: REASON, ...SOURCES, ...BASIS },
  examples: ['moot update 3f2a91c04d11 USD', 'moot update 3f2a91c04d11 USD --reason "new contract"'],
  run: async invocation => {
    const { words, around, flags } = invocation
    const value = await readValue(words[1] ?? '', flags['json-value'], around)
    const client = await invocation.client()
    const {
      scope,
      reason,
      resource: resources,
      'derived-from': derivedFrom,
      'based-on': basedOn,
      strict,
    } = flags
    const fields = given({ scope, reason, resources, derivedFrom, basedOn, strict })
    const changed = await client.call('update', { id: words[0] ?? '', value, ...fields })
    await warnOfStale(changed, around)
    return answer(invocation, changed, () => `updated ${shortId(changed.id)}\n`)
  },
})
