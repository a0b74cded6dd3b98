/**
 * Another key for a node. Its name, agent, rights and memory stay; what it wrote keeps the old key's signature, and
 * the old key's logs end there for good.
 *
 *   1  wraps of all keys to the next key, in the log          nothing has happened yet
 *   2  node.key.next is written                               nothing has happened yet
 *   3  the old key signs the rotation, durably in the log     it has happened
 *   4  node.key.next becomes node.key
 *
 * After a crash before 3 the next opening drops node.key.next, after 3 it goes on with 4: the log decides.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Cut,
  FolkmootError,
  fromHex,
  handOut,
  MEMBERSHIP_SCOPE,
  type MeshId,
  type NodeId,
  type Plan,
  Replica,
  rotate,
  type Storage,
} from '@folkmoot/core'
import { hasMemory, openSqliteStorage } from '@folkmoot/store'
import { checkNoBranches } from './branches/branch-directory.ts'
import {
  KEY_FILE,
  newSeed,
  readConfig,
  readSeed,
  readSeedFile,
  reasonOf,
  seedText,
  signerFrom,
  write,
} from './identity.ts'
import { secretOf } from './keys/epoch.ts'
import { wrapForAll } from './keys/hpke.ts'
import type { HeldKeys } from './keys/key-file.ts'
import { loadKeys } from './keys/load-keys.ts'
import { namesEpoch } from './keys/readers.ts'
import { settlePlace } from './place.ts'
import { systemClock as clock, systemRandom as random } from './system-ports.ts'

export const NEXT_KEY_FILE = 'node.key.next'

/** Steps that a test may end at, as a crash would. */
export type RotationStep = 'wrapped' | 'drafted' | 'signed'

/**
 * Gives the node in `dir` another key; it must be down. Invitations that it gave out end with the old key.
 * @throws FolkmootError busy | directory (also while it has branches) | disk; not-admitted, if the node is no member any more
 */
export async function rotateKey(
  dir: string,
  reached: (step: RotationStep) => void = () => {},
): Promise<{ readonly from: NodeId; readonly to: NodeId }> {
  const read = readConfig(dir)
  if (!hasMemory(dir)) throw new FolkmootError('directory', `${dir} is damaged: its memory.sqlite is missing`)
  checkNoBranches(dir)
  const storage = openSqliteStorage(dir)
  try {
    const { mesh, incarnation = 0 } = settlePlace(dir, read, { random, nowMs: clock.now() })
    const seed = settleSeed(dir, mesh, storage)
    const signer = signerFrom(seed)
    const { held } = await loadKeys({ dir, mesh, storage, signer, seed })
    const names = held.names === undefined ? {} : { names: held.names }
    const keyring = held.ring
    const replica = new Replica(mesh, { storage, clock, random, signer, keyring, incarnation, ...names })
    if (!replica.membership.isMember(signer.node, clock.now())) {
      throw new FolkmootError(
        'not-admitted',
        `${signer.node} is no member any more: its key cannot be rotated`,
      )
    }
    const next = newSeed()
    const to = signerFrom(next).node
    writeAll(replica, await wrapsFor(to, replica, held))
    reached('wrapped')
    write(dir, NEXT_KEY_FILE, seedText(next))
    reached('drafted')
    writeAll(replica, rotate(to, cutsOf(replica, signer.node)))
    reached('signed')
    swapKeys(dir)
    return { from: signer.node, to }
  } finally {
    storage.close()
  }
}

/**
 * The seed to go on with: ends a rotation that was under way when its process ended. Call it when the directory is
 * locked. @throws FolkmootError directory
 */
export function settleSeed(dir: string, mesh: MeshId, storage: Storage): Uint8Array {
  const path = join(dir, NEXT_KEY_FILE)
  if (!existsSync(path)) return readSeed(dir)
  const next = readSeedFile(path)
  const signer = signerFrom(next)
  const { membership } = new Replica(mesh, { storage, clock, random, signer })
  if (membership.member(signer.node) === undefined) {
    rmSync(path)
    return readSeed(dir)
  }
  swapKeys(dir)
  return next
}

/** Where the logs of a node stand: all that it has written so far. */
export function cutsOf(replica: Replica, node: NodeId): readonly Cut[] {
  return [...replica.heads()].filter(head => head.node === node).map(({ log, seq, hash }) => [log, seq, hash])
}

async function wrapsFor(to: NodeId, replica: Replica, held: HeldKeys): Promise<readonly Plan[]> {
  const { mesh } = replica
  const plans: Plan[] = []
  const named = namesEpoch(mesh, replica.storage)?.epoch
  const wrap = async (scope: typeof MEMBERSHIP_SCOPE, epoch: number, secret: Uint8Array) => {
    plans.push(...handOut({ scope, epoch, wraps: await wrapForAll([to], { mesh, scope, epoch }, secret) }))
  }
  if (held.names !== undefined && named !== undefined)
    await wrap(MEMBERSHIP_SCOPE, named, fromHex(held.names))
  for (const [scope, address] of held.scopes()) {
    for (const { epoch, key } of held.ring.ofScope(scope)) await wrap(scope, epoch, secretOf(key, address))
  }
  return plans
}

function writeAll(replica: Replica, plans: readonly Plan[]): void {
  if (plans.length === 0) return
  let failure: FolkmootError | undefined
  const done = (result: unknown) => {
    if (result instanceof FolkmootError) failure ??= result
  }
  replica.process(plans.map(plan => ({ kind: 'local', ...plan, done })))
  if (failure !== undefined) throw failure
}

/** The old seed is written over on the disk that it was on; a disk that moves what it writes may keep it all the same. */
function swapKeys(dir: string): void {
  const path = join(dir, KEY_FILE)
  try {
    const old = existsSync(path) ? openSync(path, 'r+') : undefined
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    renameSync(join(dir, NEXT_KEY_FILE), path)
    sync(dir)
    if (old === undefined) return
    writeSync(old, new Uint8Array(size), 0, size, 0)
    fsyncSync(old)
    closeSync(old)
  } catch (error) {
    throw new FolkmootError('directory', `cannot put the next key in its place in ${dir}: ${reasonOf(error)}`)
  }
}

function sync(dir: string): void {
  const handle = openSync(dir, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
