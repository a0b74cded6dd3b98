import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { PRESET, PRESET_AUTHORITY, readPolicy } from '../input/policy.ts'
import { answer } from '../print/answer.ts'
import { policyTestText, warnOfPolicy } from '../print/policy.ts'

export default command({
  about:
    'Tells what a policy would make of every conflict that there was or is, without setting it: what it was settled as, and what it would be.',
  words: ['[FILE]'],
  flags: { scope: SCOPE, preset: PRESET, authority: PRESET_AUTHORITY },
  examples: ['moot policy test --preset', 'moot policy test policy.json --scope app=shop --json'],
  run: async invocation => {
    const { words, flags, around } = invocation
    const policy = await readPolicy(
      words[0],
      given({ preset: flags.preset, authority: flags.authority }),
      around,
    )
    const client = await invocation.client()
    const tested = await client.call('policy.test', { policy, ...given({ scope: flags.scope }) })
    await warnOfPolicy(tested, invocation)
    return answer(invocation, tested, screen => policyTestText(tested, screen))
  },
})
