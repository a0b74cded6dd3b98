import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { BASIS, JSON_VALUE, parseClaim, REASON, SCOPE, SOURCES } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseShare } from '../input/numbers.ts'
import { readValue } from '../input/text.ts'
import { parseLifetime } from '../input/times.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { warnOfStale } from '../print/stale-warning.ts'
import { decisionText } from '../print/suspicions.ts'
import { shortId } from '../print/words.ts'

/** @throws UsageError */
function reconcilerOf(
  wanted: boolean | undefined,
  by: string | undefined,
): true | 'ladder' | 'model' | undefined {
  if (by === undefined) return wanted === true ? true : undefined
  if (by === 'ladder' || by === 'model') return by
  throw new UsageError(`--reconcile-by ${by}: one of ladder, model`)
}

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
    'json-value': JSON_VALUE,
    pinned: { type: 'boolean', about: 'never expires, on any node' },
    ttl: { type: 'string', hint: '1h', about: 'hidden after this time' },
    reconcile: {
      type: 'boolean',
      about: 'decide first whether it is new, replaces or ends a memory, or says nothing new',
    },
    'reconcile-by': {
      type: 'string',
      hint: 'ladder|model',
      about: 'let rules decide, or nothing but a model',
    },
    reason: REASON,
    ...SOURCES,
    claim: {
      type: 'string',
      hint: 'C',
      about: 'what kind of statement: observation, inference, verified or directive',
    },
    ...BASIS,
  },
  examples: [
    'moot remember "Alice prefers aisle seats" --scope user=alice --tag travel',
    'moot remember EUR --key currency --scope app=shop --confidence 0.9',
    'moot remember --json-value 12.5 --key discount',
    'git diff | moot remember - --key last-change --ttl 7d',
    'moot remember "Anna moved to Hamburg" --reconcile',
  ],
  run: async invocation => {
    const { scope, key, kind, tag: tags, ttl, reason, confidence: share } = invocation.flags
    const { pinned, importance: weight, resource: resources, 'derived-from': derivedFrom } = invocation.flags
    const { 'based-on': basedOn, strict } = invocation.flags
    const confidence = parseShare('confidence', share)
    const importance = parseShare('importance', weight)
    const claim = parseClaim(invocation.flags.claim)
    const expiresAt = ttl === undefined ? undefined : invocation.around.now() + parseLifetime('ttl', ttl)
    const reconcile = reconcilerOf(invocation.flags.reconcile, invocation.flags['reconcile-by'])
    const value = await readValue(
      invocation.words[0] ?? '',
      invocation.flags['json-value'],
      invocation.around,
    )
    const client = await invocation.client()
    const about = given({ scope, key, kind, tags, confidence, importance, pinned, expiresAt, reconcile })
    const fields = { ...about, ...given({ reason, resources, derivedFrom, claim, basedOn, strict }) }
    const written = await client.call('remember', { value, ...fields })
    await warnOfStale(written, invocation.around)
    return answer(invocation, written, ({ paint }) => {
      const named = key === undefined ? '' : ` as ${paint.bold(oneLine(key))}`
      const where = `${paint.bold(shortId(written.id))}${named} in ${written.scope}`
      return written.decision === undefined ? `remembered ${where}\n` : decisionText(written.decision, where)
    })
  },
})
