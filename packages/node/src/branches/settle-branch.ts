import { FolkmootError, type Replica } from '@folkmoot/core'
import type { SqliteStorage } from '@folkmoot/store'
import { type HeldKeys, writeKeys } from '../keys/key-file.ts'
import { loadKeys } from '../keys/load-keys.ts'
import { settlePlace } from '../place.ts'
import type { Settled } from '../settle-directory.ts'
import { systemClock as clock, systemRandom as random } from '../system-ports.ts'
import { branchPath, readBranchConfig } from './branch-directory.ts'

export interface BranchOf {
  readonly dir: string
  readonly replica: Replica
  readonly settled: Pick<Settled, 'seed' | 'signer'>
}

/** Who is at home in a branch: its node, with the keys that the branch has. @throws FolkmootError directory */
export async function settleBranch(
  name: string,
  { dir, replica: { mesh }, settled: { seed, signer } }: BranchOf,
  storage: SqliteStorage,
): Promise<Settled> {
  const path = branchPath(dir, name)
  const found = readBranchConfig(dir, name)
  if (found.mesh !== mesh) throw new FolkmootError('directory', `${path} is a branch of another mesh`)
  const config = settlePlace(path, found, { random, nowMs: clock.now() })
  const { held, isNew } = await loadKeys({ dir: path, mesh, storage, signer, seed })
  return { config, seed, signer, held, keysAreNew: isNew }
}

/**
 * Takes keys that were made in a branch, for good. Before its entries, so that what they seal is read as it comes.
 * @throws FolkmootError directory
 */
export function takeKeys(dir: string, ours: HeldKeys, theirs: HeldKeys): void {
  let isNew = false
  for (const [scope, address] of theirs.scopes()) {
    for (const { epoch, key } of theirs.ring.ofScope(scope)) {
      isNew = ours.add({ scope, address, epoch, key }) || isNew
    }
  }
  if (isNew) writeKeys(dir, ours)
}
