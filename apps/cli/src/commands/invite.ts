import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { given } from '../input/given.ts'
import { parseCount } from '../input/numbers.ts'
import { parsePermissions } from '../input/permissions.ts'
import { parseDuration, parseEnd } from '../input/times.ts'
import { answer } from '../print/answer.ts'

export default command({
  about:
    'Makes a ticket: whoever holds it can join this mesh with moot join. What is granted goes to its agent; an agent that has nothing yet, and is granted nothing, may read and write everything but what other agents keep for themselves.',
  words: [],
  flags: {
    agent: { type: 'string', hint: 'A', about: 'role that the new node will act as' },
    grant: { type: 'string', multiple: true, hint: 'PATTERN:rights', about: 'what its agent may do where' },
    resource: { type: 'string', multiple: true, hint: 'R', about: 'a resource that its agent may use' },
    'not-after': { type: 'string', hint: '30d|DATE', about: 'when the certificate of the new node ends' },
    expires: { type: 'string', hint: '1h', about: 'how long the ticket is good for' },
    uses: { type: 'string', hint: 'N', about: 'how many nodes can join with it; 1 by default' },
  },
  examples: [
    'moot invite --agent support',
    "moot invite --agent billing --grant 'app=shop,user=*:read,write' --resource crm --not-after 30d",
    'moot invite --agent crawler --expires 10m --uses 5',
  ],
  takesNoBranch: true,
  run: async invocation => {
    const {
      agent,
      grant: scopes,
      resource: resources,
      expires,
      'not-after': end,
      uses: times,
    } = invocation.flags
    const permissions = parsePermissions({ scopes, resources })
    const expiresInMs = expires === undefined ? undefined : parseDuration('expires', expires)
    if (expiresInMs === 0) throw new UsageError(`--expires ${expires}: a ticket must be good for some time`)
    const notAfter = end === undefined ? undefined : parseEnd('not-after', end, invocation.around.now())
    const uses = parseCount('uses', times, 1)
    const client = await invocation.client()
    const granted = permissions.length === 0 ? undefined : permissions
    const wishes = given({ agent, permissions: granted, expiresInMs, uses, notAfter })
    const { ticket } = await client.call('invite', wishes)
    return answer(invocation, { ticket }, () => `${ticket}\n`)
  },
})
