import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { policyText } from '../print/policy.ts'

export default command({
  about: 'Shows how the conflicts of a scope are settled: the first clause that fits decides.',
  words: [],
  flags: { scope: SCOPE },
  examples: ['moot policy show', 'moot policy show --scope app=shop --json'],
  run: async invocation => {
    const client = await invocation.client()
    const shown = await client.call('policy.show', given({ scope: invocation.flags.scope }))
    return answer(invocation, shown, screen => policyText(shown, screen))
  },
})
