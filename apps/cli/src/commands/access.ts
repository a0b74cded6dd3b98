import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseTime } from '../input/times.ts'
import { accessText } from '../print/access.ts'
import { answer } from '../print/answer.ts'

export default command({
  about:
    'Who could see what, when: every grant with its time and author, and for a scope, user or resource who could do what there.',
  words: [],
  flags: {
    'as-of': { type: 'string', hint: 'T', about: 'as of a time (ISO 8601, 10m ago); now by default' },
    user: { type: 'string', hint: 'U', about: 'about this user: who may serve them' },
    agent: { type: 'string', hint: 'A', about: 'only of this agent' },
    scope: { ...SCOPE, about: 'exactly this scope: who may read, write and arbitrate there' },
    resource: { type: 'string', hint: 'R', about: 'about this resource: who may use it' },
  },
  examples: [
    'moot access',
    'moot access --scope user=alice --user alice',
    "moot access --agent billing --as-of '2h ago'",
  ],
  run: async invocation => {
    const { 'as-of': time, user, agent, scope, resource } = invocation.flags
    const asOf = time === undefined ? undefined : parseTime('as-of', time, invocation.around.now())
    const client = await invocation.client()
    const access = await client.call('access', given({ asOf, user, agent, scope, resource }))
    return answer(invocation, access, screen => accessText(access, screen))
  },
})
