import { type MeshId, Replica, type Signer, type Storage } from '@folkmoot/core'
import { systemClock as clock, systemRandom as random } from '../system-ports.ts'
import { unwrapKeyOf } from './hpke.ts'
import { HeldKeys, readKeys, writeKeys } from './key-file.ts'
import { recoverKeys } from './open-wraps.ts'

export interface LoadKeysOptions {
  readonly dir: string
  readonly mesh: MeshId
  readonly storage: Storage
  readonly signer: Signer
  readonly seed: Uint8Array
}

/**
 * The keys of the node in `dir`; made anew from the membership log if the file is lost.
 * @returns `isNew`: what is stored may hold entries that only now can be read
 * @throws FolkmootError directory, if the file is damaged
 */
export async function loadKeys(options: LoadKeysOptions): Promise<{ held: HeldKeys; isNew: boolean }> {
  const { dir, mesh, storage, signer, seed } = options
  const known = readKeys(dir)
  if (known !== undefined) return { held: known, isNew: false }
  const key = await unwrapKeyOf(seed)
  const viewWith = (names: HeldKeys['names']) => {
    const { membership } = new Replica(mesh, { storage, clock, random, signer, ...(names && { names }) })
    return { mesh, node: signer.node, membership, storage, key }
  }
  const held = await recoverKeys(viewWith, new HeldKeys())
  writeKeys(dir, held)
  return { held, isNew: true }
}
