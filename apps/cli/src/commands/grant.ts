import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { RECOVERY_KEY } from '../flags.ts'
import { parsePermissions } from '../input/permissions.ts'
import { parseEnd } from '../input/times.ts'
import { grantedText } from '../print/access.ts'
import { answer } from '../print/answer.ts'
import { withRecoveryKey } from '../recovery.ts'

export default command({
  about:
    'Lets an agent or a node do something from now on. Rights are read, write, arbitrate, relay and admin; a pattern is * or like app=shop,user=team-*.',
  words: ['AGENT', '[PATTERN:rights]...'],
  flags: {
    resource: { type: 'string', multiple: true, hint: 'R', about: 'leave to use a resource (crm, crm-*, *)' },
    until: { type: 'string', hint: '30d|DATE', about: 'when it ends by itself' },
    'recovery-key': RECOVERY_KEY,
  },
  examples: [
    "moot grant billing 'user=alice:read,write'",
    "moot grant support 'app=shop,user=*:read' --resource crm --until 30d",
    "moot grant node=zylos02 '*:admin'",
  ],
  takesNoBranch: true,
  run: async invocation => {
    const { words, flags, around } = invocation
    const [to = '', ...scopes] = words
    const until = flags.until === undefined ? undefined : parseEnd('until', flags.until, around.now())
    const permissions = parsePermissions({ scopes, resources: flags.resource, until })
    if (permissions.length === 0)
      throw new UsageError("what may it do? write 'PATTERN:rights' or --resource R")
    const key = flags['recovery-key']
    const granted =
      key === undefined
        ? await (await invocation.client()).call('grant', { to, permissions })
        : await withRecoveryKey(invocation, key, recovery => recovery.grant(to, permissions))
    return answer(invocation, granted, screen => grantedText(granted, screen))
  },
})
