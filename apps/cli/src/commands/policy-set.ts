import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { REASON, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { PRESET, PRESET_AUTHORITY, readPolicy } from '../input/policy.ts'
import { answer } from '../print/answer.ts'
import { clauseTable, warnOfPolicy } from '../print/policy.ts'

const WAYS = 'FILE, --preset, --none'

export default command({
  about:
    'Says how the conflicts of a scope are settled, on every node. What is set for app=default holds for all scopes without a policy of their own, and for those who may read it. Takes the right to arbitrate.',
  words: ['[FILE]'],
  flags: {
    scope: SCOPE,
    preset: PRESET,
    authority: PRESET_AUTHORITY,
    none: { type: 'boolean', about: 'take the policy of this scope away' },
    reason: REASON,
  },
  examples: [
    'moot policy set --preset --authority billing,support',
    'moot policy show --json | jq .policy > policy.json; moot policy set policy.json --scope app=shop',
    'moot policy set --none --scope app=shop',
  ],
  run: async invocation => {
    const { words, flags, around } = invocation
    const { scope, preset, authority, none = false, reason } = flags
    if (none && authority !== undefined) throw new UsageError('--authority is for --preset')
    if (none && (preset === true || words[0] !== undefined)) throw new UsageError(`give one of ${WAYS}`)
    const policy = none ? null : await readPolicy(words[0], given({ preset, authority }), around, WAYS)
    const client = await invocation.client()
    const set = await client.call('policy.set', { policy, ...given({ scope, reason }) })
    await warnOfPolicy(set, invocation)
    return answer(invocation, set, screen =>
      set.policy === null ? 'taken away\n' : clauseTable(set.policy, screen),
    )
  },
})
