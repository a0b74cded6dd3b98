import { command } from '../command.ts'
import { REASON, RECOVERY_KEY } from '../flags.ts'
import { given } from '../input/given.ts'
import { parsePermissions } from '../input/permissions.ts'
import { revokedText } from '../print/access.ts'
import { answer } from '../print/answer.ts'
import { withRecoveryKey } from '../recovery.ts'

export default command({
  about:
    'Takes rights back. Without a permission an agent loses all that it was granted, and a node is put out of the mesh. What they wrote before stays as far as this node has it: where it may not read, nothing is left, unless it relays. moot verify says what does not count.',
  words: ['SUBJECT', '[PATTERN:rights]...'],
  flags: {
    resource: { type: 'string', multiple: true, hint: 'R', about: 'leave to use a resource' },
    reason: REASON,
    force: { type: 'boolean', about: 'also if it is this node, or its own agent' },
    'recovery-key': RECOVERY_KEY,
  },
  examples: [
    "moot revoke billing 'user=alice:read'",
    "moot revoke zylos02 --reason 'the laptop was stolen'",
    'moot revoke zylos01 --recovery-key /media/usb/recovery.key',
  ],
  takesNoBranch: true,
  run: async invocation => {
    const { words, flags } = invocation
    const [to = '', ...scopes] = words
    const permissions = parsePermissions({ scopes, resources: flags.resource })
    const { 'recovery-key': key, reason, force } = flags
    const options = given({ reason, force })
    const revoked =
      key === undefined
        ? await (await invocation.client()).call('revoke', {
            to,
            ...(permissions.length === 0 ? {} : { permissions }),
            ...options,
          })
        : await withRecoveryKey(invocation, key, recovery => recovery.revoke(to, permissions, options))
    return answer(invocation, revoked, screen => revokedText(revoked, screen))
  },
})
