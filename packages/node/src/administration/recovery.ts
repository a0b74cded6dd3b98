/** What is done with the recovery key: on the directory of a node that is down, in the name of the key in the drawer. */
import { type EntryHash, FolkmootError, type Permission, type Plan, Replica } from '@folkmoot/core'
import { hasMemory, openSqliteStorage } from '@folkmoot/store'
import { readConfig, readSeed, signerFrom } from '../identity.ts'
import { loadKeys } from '../keys/load-keys.ts'
import { readRecoverySeed } from '../recovery-key.ts'
import { systemClock as clock, systemRandom as random } from '../system-ports.ts'
import type { Administrator } from './administrator.ts'
import { grantTo } from './grant.ts'
import type { Granted, Revoked, RevokeOptions } from './reports.ts'
import { revokeFrom } from './revoke.ts'

/** 48 bits, so that what the key writes in one directory never meets what it wrote in another. */
const INCARNATION_BYTES = 6

export interface Recovery {
  grant(to: string, permissions: readonly Permission[]): Promise<readonly Granted[]>
  revoke(to: string, permissions: readonly Permission[], options?: RevokeOptions): Promise<readonly Revoked[]>
  close(): void
}

/**
 * Opens the directory of a node that is down with the key in `file`. What is written reaches the mesh when the node is
 * started again.
 * @throws FolkmootError busy | directory | disk; forbidden, if it is no key of an admin of this mesh
 */
export async function openRecovery(dir: string, file: string): Promise<Recovery> {
  const signer = signerFrom(readRecoverySeed(file))
  const { mesh } = readConfig(dir)
  if (!hasMemory(dir)) throw new FolkmootError('directory', `${dir} is damaged: its memory.sqlite is missing`)
  const storage = openSqliteStorage(dir)
  try {
    const seed = readSeed(dir)
    // What is stored is judged again after a revocation, so it has to be readable.
    const { held } = await loadKeys({ dir, mesh, storage, signer: signerFrom(seed), seed })
    const names = held.names === undefined ? {} : { names: held.names }
    const incarnation = Buffer.from(random.bytes(INCARNATION_BYTES)).readUIntBE(0, INCARNATION_BYTES)
    const replica = new Replica(mesh, {
      ...{ storage, clock, random, signer, incarnation, ...names },
      keyring: held.ring,
    })
    if (!replica.membership.isAdmin(signer.node, clock.now())) {
      throw new FolkmootError('forbidden', `the key in ${file} is no admin of this mesh`)
    }
    const by: Administrator = {
      replica,
      node: signer.node,
      now: () => replica.now,
      write: async plans => writeAll(replica, plans),
      hearNews: async () => {},
    }
    return {
      grant: (to, permissions) => grantTo(by, to, permissions),
      revoke: (to, permissions, options) => revokeFrom(by, to, permissions, options),
      close: () => storage.close(),
    }
  } catch (error) {
    storage.close()
    throw error
  }
}

function writeAll(replica: Replica, plans: readonly Plan[]): readonly EntryHash[] {
  const entries: EntryHash[] = []
  let failure: FolkmootError | undefined
  const work = plans.map(plan => ({
    ...plan,
    kind: 'local' as const,
    done: (result: { readonly entry: EntryHash } | FolkmootError) => {
      if (result instanceof FolkmootError) failure ??= result
      else entries.push(result.entry)
    },
  }))
  if (work.length > 0) replica.process(work)
  if (failure !== undefined) throw failure
  return entries
}
