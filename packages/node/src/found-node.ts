/** Makes the directory of a new node: an identity, and the membership log that says it belongs. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  admit,
  type EntryBytes,
  FolkmootError,
  foundMesh,
  grant,
  handOut,
  MEMBERSHIP_SCOPE,
  type MeshId,
  type NodeId,
  type Plan,
  Replica,
  type Signer,
} from '@folkmoot/core'
import { openSqliteStorage, type SqliteStorage } from '@folkmoot/store'
import { CONFIG_VERSION, makeDirectory, newSeed, signerFrom, writeConfig, writeSeed } from './identity.ts'
import { newScopeKey, secretOf } from './keys/epoch.ts'
import { wrapForAll } from './keys/hpke.ts'
import { loadKeys } from './keys/load-keys.ts'
import { discardRecoverySeed, writeRecoverySeed } from './recovery-key.ts'
import { systemClock as clock, systemRandom as random } from './system-ports.ts'

/** Refuses a directory that holds something else. @throws FolkmootError directory */
export function checkIsFree(dir: string): void {
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new FolkmootError('directory', `${dir} is not empty and holds no node: nothing was changed`)
  }
}

export interface FoundNodeOptions {
  /** False: everybody who gets hold of an entry can read it. */
  readonly sealed?: boolean
  /** Where the key goes that outranks all others; none if not given. The file must not be there. */
  readonly recoveryKey?: string
}

/** The first node of a new mesh, and its admin. @throws FolkmootError directory | disk */
export async function foundNode(
  dir: string,
  name: string,
  agent: string,
  { sealed = true, recoveryKey }: FoundNodeOptions = {},
): Promise<void> {
  const seed = newSeed()
  const signer = signerFrom(seed)
  const seniors = recoveryKey === undefined ? [] : [signerFrom(writeRecoverySeed(recoveryKey)).node]
  try {
    const { mesh, genesis } = foundMesh(name, { clock, random, signer }, { sealed, seniors })
    const plans = [
      admit(signer.node, name, agent),
      grant({ agent }, { scope: '*', rights: ['arbitrate', 'read', 'write'] }),
      grant({ agent }, { resource: '*' }),
      // It keeps what it cannot read, too: who removes a node has to know where all of its logs ended.
      grant({ node: signer.node }, { scope: '*', rights: ['relay'] }),
      ...(sealed ? await nameKey(mesh, signer.node) : []),
    ]
    await settleIn(dir, { seed, signer, mesh, name, membership: [[genesis]] }, replica => {
      replica.process(plans.map(plan => ({ kind: 'local', ...plan, done: throwIfError })))
    })
  } catch (error) {
    if (recoveryKey !== undefined) discardRecoverySeed(recoveryKey)
    throw error
  }
}

/** The secret that scope ids are made with, for as long as there is the mesh. */
async function nameKey(mesh: MeshId, founder: NodeId): Promise<readonly Plan[]> {
  const { epoch, key } = newScopeKey(MEMBERSHIP_SCOPE, random)
  const place = { mesh, scope: MEMBERSHIP_SCOPE, epoch }
  return handOut({
    scope: MEMBERSHIP_SCOPE,
    epoch,
    wraps: await wrapForAll([founder], place, secretOf(key, '')),
  })
}

export interface Settler {
  readonly seed: Uint8Array
  readonly signer: Signer
  readonly mesh: MeshId
  readonly name: string
  /** The membership log as others have it, run by run. */
  readonly membership: readonly (readonly EntryBytes[])[]
}

/** Writes identity, membership and keys. The configuration comes last: a directory without it was never finished. */
export async function settleIn(
  dir: string,
  settler: Settler,
  introduce: (replica: Replica) => void = () => {},
): Promise<void> {
  const { seed, signer, mesh, name } = settler
  const { node } = signer
  makeDirectory(dir)
  let storage: SqliteStorage | undefined
  try {
    writeSeed(dir, seed)
    storage = openSqliteStorage(dir)
    const replica = new Replica(mesh, { storage, clock, random, signer })
    for (const entries of settler.membership) {
      replica.process([{ kind: 'remote', run: { entries }, from: node, done: throwIfRefused }])
    }
    introduce(replica)
    const member = replica.membership.member(node)
    if (member === undefined) throw new FolkmootError('not-admitted', 'the mesh did not admit this node')
    await loadKeys({ dir, mesh, storage, signer, seed })
    writeConfig(dir, { version: CONFIG_VERSION, mesh, name, agent: member.agent })
    storage.close()
  } catch (error) {
    storage?.close()
    clear(dir)
    throw error
  }
}

const OURS = /^(?:node\.key|node\.json|memory\.sqlite|scope\.keys|lock\.)/

/** Takes away what was begun, so that the next attempt finds a directory that is free. */
function clear(dir: string): void {
  for (const file of readdirSync(dir)) if (OURS.test(file)) rmSync(join(dir, file), { force: true })
}

function throwIfError(result: unknown): void {
  if (result instanceof FolkmootError) throw result
}

function throwIfRefused({ refusal }: { refusal?: { code: FolkmootError['code']; reason: string } }): void {
  if (refusal !== undefined) throw new FolkmootError(refusal.code, refusal.reason)
}
