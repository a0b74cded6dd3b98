import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { given } from '../input/given.ts'
import { parsePermissions } from '../input/permissions.ts'
import { parseDuration } from '../input/times.ts'
import { answer } from '../print/answer.ts'

export default command({
  about:
    'Makes a token for the local doors and prints it, once. Its bearer may do less than the node, never more: what --agent may do too, in the service of --user, where --scope covers.',
  words: ['[NAME]'],
  flags: {
    agent: { type: 'string', hint: 'A', about: 'only what this agent may do too' },
    user: { type: 'string', hint: 'U', about: 'in the service of this user alone' },
    scope: { type: 'string', multiple: true, hint: 'PATTERN:rights', about: 'only where this covers' },
    resource: { type: 'string', multiple: true, hint: 'R', about: 'only these resources' },
    expires: { type: 'string', hint: '30d', about: 'how long it is good for; for ever by default' },
  },
  examples: [
    "moot token create editor --scope 'user=alice:read,write' --expires 30d",
    'moot token create helpdesk --agent support --user alice --json',
  ],
  takesNoBranch: true,
  run: async invocation => {
    const { words, flags, around } = invocation
    const { agent, user, scope: scopes, resource: resources, expires } = flags
    // Where the directory is said otherwise, --name names the token as well as a word does.
    const isFree = flags.dir !== undefined || (around.env.MOOT_DIR ?? '') !== ''
    const name = words[0] ?? (isFree ? flags.name : undefined)
    if (name === undefined) throw new UsageError('NAME is missing: moot token create NAME')
    const limits = parsePermissions({ scopes, resources })
    const permissions = limits.length === 0 ? undefined : limits
    const expiresInMs = expires === undefined ? undefined : parseDuration('expires', expires)
    const client = await invocation.client()
    const made = await client.call('token.create', {
      name,
      ...given({ agent, user, permissions, expiresInMs }),
    })
    return answer(invocation, made, () => text(made))
  },
})

/** The token alone, so that a script can take it. */
function text({ token }: Result<'token.create'>): string {
  return `${token}\n`
}
