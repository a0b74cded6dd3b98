import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { given } from '../input/given.ts'
import { checkGrant } from '../input/grants.ts'
import { parseDuration } from '../input/times.ts'
import { answer } from '../print/answer.ts'

/** Said aloud: whoever limits a node must not believe that it is limited when it is not. */
const NOT_ENFORCED =
  'moot: grants are not enforced yet: whoever joins with this ticket may read and write everything\n'

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
    if (expiresInMs === 0) throw new UsageError(`--expires ${expires}: a ticket must be good for some time`)
    for (const grant of grants ?? []) checkGrant(grant)
    const client = await invocation.client()
    const { ticket } = await client.call('invite', given({ agent, grants, expiresInMs }))
    if (grants !== undefined) await invocation.around.err.write(NOT_ENFORCED)
    return answer(invocation, { ticket }, () => `${ticket}\n`)
  },
})
