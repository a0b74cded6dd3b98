import { command } from '../command.ts'
import { REASON, SCOPE, SOURCES } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseShare } from '../input/numbers.ts'
import { readStatement } from '../input/text.ts'
import { parseDuration } from '../input/times.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { shortId } from '../print/words.ts'

export default command({
  about:
    'Keeps a memory. Two agents that use one key while apart speak of one thing. - reads the text from stdin.',
  words: ['TEXT'],
  flags: {
    scope: SCOPE,
    key: { type: 'string', hint: 'K', about: 'name of what is remembered' },
    kind: { type: 'string', hint: 'K', about: 'semantic, episodic, procedural, working or your own' },
    tag: { type: 'string', multiple: true, hint: 'T', about: 'a tag' },
    confidence: { type: 'string', hint: 'X', about: 'how sure, from 0 to 1' },
    importance: {
      type: 'string',
      hint: 'X',
      about: 'how much it matters, from 0 to 1: what matters least expires first',
    },
    pinned: { type: 'boolean', about: 'never expires, on any node' },
    ttl: { type: 'string', hint: '1h', about: 'hidden after this time' },
    reason: REASON,
    ...SOURCES,
  },
  examples: [
    'moot remember "Alice prefers aisle seats" --scope user=alice --tag travel',
    'moot remember EUR --key currency --scope app=shop --confidence 0.9',
    'git diff | moot remember - --key last-change --ttl 7d',
  ],
  run: async invocation => {
    const { scope, key, kind, tag: tags, ttl, reason, confidence: share } = invocation.flags
    const { pinned, importance: weight, resource: resources, 'derived-from': derivedFrom } = invocation.flags
    const confidence = parseShare('confidence', share)
    const importance = parseShare('importance', weight)
    const expiresAt = ttl === undefined ? undefined : invocation.around.now() + parseDuration('ttl', ttl)
    const value = await readStatement(invocation.words[0] ?? '', invocation.around)
    const client = await invocation.client()
    const about = given({ scope, key, kind, tags, confidence, importance, pinned, expiresAt })
    const fields = { ...about, ...given({ reason, resources, derivedFrom }) }
    const written = await client.call('remember', { value, ...fields })
    return answer(invocation, written, ({ paint }) => {
      const what = key === undefined ? '' : ` as ${paint.bold(oneLine(key))}`
      return `remembered ${paint.bold(shortId(written.id))}${what} in ${written.scope}\n`
    })
  },
})
