import { command } from '../command.ts'
import { given } from '../input/given.ts'
import { parseDuration } from '../input/times.ts'
import { answer } from '../print/answer.ts'

export default command({
  about: 'Makes a ticket: whoever holds it can join this mesh with moot join.',
  words: [],
  flags: {
    agent: { type: 'string', hint: 'A', about: 'role that the new node will act as' },
    grant: { type: 'string', multiple: true, hint: 'PATTERN:rights', about: 'what it may do where' },
    expires: { type: 'string', hint: '1h', about: 'how long the ticket is good for' },
  },
  examples: ['moot invite --agent support', "moot invite --grant 'app=shop:read,write' --expires 1h"],
  run: async invocation => {
    const { agent, grant: grants, expires } = invocation.flags
    const expiresInMs = expires === undefined ? undefined : parseDuration('expires', expires)
    const client = await invocation.client()
    const { ticket } = await client.call('invite', given({ agent, grants, expiresInMs }))
    return answer(invocation, { ticket }, () => `${ticket}\n`)
  },
})
