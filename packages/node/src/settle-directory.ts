import { FolkmootError, Replica, type Signer } from '@folkmoot/core'
import type { SqliteStorage } from '@folkmoot/store'
import { type NodeConfig, signerFrom } from './identity.ts'
import type { HeldKeys } from './keys/key-file.ts'
import { loadKeys } from './keys/load-keys.ts'
import { settlePlace } from './place.ts'
import { settleSeed } from './rotate-key.ts'
import { systemClock as clock, systemRandom as random } from './system-ports.ts'

export interface Settled {
  readonly config: NodeConfig
  readonly seed: Uint8Array
  readonly signer: Signer
  readonly held: HeldKeys
  /** The keys were made anew from the membership log: what is stored sealed is to be looked at again. */
  readonly keysAreNew: boolean
}

/**
 * Who is at home in a directory, before anything is written in its logs: sees whether it was copied, ends what a crash
 * left of a key rotation, and loads the keys. @throws FolkmootError directory
 */
export async function settleDirectory(
  dir: string,
  read: NodeConfig,
  storage: SqliteStorage,
): Promise<Settled> {
  const { mesh } = read
  const seed = settleSeed(dir, mesh, storage)
  const signer = signerFrom(seed)
  const check = () => {
    const { membership } = new Replica(mesh, { storage, clock, random, signer })
    if (membership.member(signer.node) === undefined) throw notTogether(dir)
  }
  const config = settlePlace(dir, read, { random, nowMs: clock.now(), check })
  const { held, isNew } = await loadKeys({ dir, mesh, storage, signer, seed })
  return { config, seed, signer, held, keysAreNew: isNew }
}

/** Without this a node whose memory is gone would look like one that remembers nothing. */
export function notTogether(dir: string): FolkmootError {
  return new FolkmootError(
    'directory',
    `${dir} is damaged: the memory in it is not that of the node and mesh in node.json and node.key`,
  )
}
