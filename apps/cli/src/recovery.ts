import type { Result } from '@folkmoot/gateway/client'
import type { Permission, RevokeOptions } from '@folkmoot/node'
import type { Invocation } from './command.ts'
import { checkNodeDirectory } from './directory.ts'

/** The same answers as a node gives. */
export interface RecoveryClient {
  grant(to: string, permissions: readonly Permission[]): Promise<Result<'grant'>>
  revoke(to: string, permissions: readonly Permission[], options: RevokeOptions): Promise<Result<'revoke'>>
}

/** Does something in the name of the key in `file`, and says on stderr what has to come next. */
export async function withRecoveryKey<T>(
  { dir, around }: Pick<Invocation, 'dir' | 'around'>,
  file: string,
  work: (recovery: RecoveryClient) => Promise<T>,
): Promise<T> {
  const [{ openRecovery }, { grantedShape, revokedShape }] = await Promise.all([
    import('@folkmoot/node'),
    import('@folkmoot/gateway'),
  ])
  const recovery = await openRecovery(checkNodeDirectory(dir()), file)
  try {
    const done = await work({
      grant: async (to, permissions) => (await recovery.grant(to, permissions)).map(grantedShape),
      revoke: async (to, permissions, options) =>
        (await recovery.revoke(to, permissions, options)).map(revokedShape),
    })
    await around.err.write('moot: start the node of this directory (moot up) so that the others hear of it\n')
    return done
  } finally {
    recovery.close()
  }
}
