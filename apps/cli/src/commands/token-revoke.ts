import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'

export default command({
  about: 'Revokes a token: from now on its bearer is not let in, and who is in can ask nothing more.',
  words: ['NAME'],
  flags: {},
  examples: ['moot token revoke editor'],
  takesNoBranch: true,
  run: async invocation => {
    const client = await invocation.client()
    const revoked = await client.call('token.revoke', { name: invocation.words[0] ?? '' })
    return answer(invocation, revoked, () => `revoked ${oneLine(revoked.name)}\n`)
  },
})
