/** Makes the directory of a new node: an identity, and the membership log that says it belongs. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  admit,
  type EntryBytes,
  FolkmootError,
  foundMesh,
  type MeshId,
  Replica,
  type Signer,
} from '@folkmoot/core'
import { openSqliteStorage, type SqliteStorage } from '@folkmoot/store'
import { CONFIG_VERSION, makeDirectory, newSeed, signerFrom, writeConfig, writeSeed } from './identity.ts'
import { systemClock as clock, systemRandom as random } from './system-ports.ts'

/** Refuses a directory that holds something else. @throws FolkmootError directory */
export function checkIsFree(dir: string): void {
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new FolkmootError('directory', `${dir} is not empty and holds no node: nothing was changed`)
  }
}

/** The first node of a new mesh, and its admin. */
export function foundNode(dir: string, name: string, agent: string): void {
  const seed = newSeed()
  const signer = signerFrom(seed)
  const { mesh, genesis } = foundMesh(name, { clock, random, signer })
  settleIn(dir, { seed, signer, mesh, name, membership: [[genesis]] }, replica => {
    replica.process([{ kind: 'local', ...admit(signer.node, name, agent), done: throwIfError }])
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

/** Writes identity and membership. The configuration comes last: a directory without it was never finished. */
export function settleIn(
  dir: string,
  settler: Settler,
  introduce: (replica: Replica) => void = () => {},
): void {
  const { seed, signer, mesh, name } = settler
  makeDirectory(dir)
  let storage: SqliteStorage | undefined
  try {
    writeSeed(dir, seed)
    storage = openSqliteStorage(dir)
    const replica = new Replica(mesh, { storage, clock, random, signer })
    for (const entries of settler.membership) {
      replica.process([{ kind: 'remote', run: { entries }, from: signer.node, done: throwIfRefused }])
    }
    introduce(replica)
    const member = replica.membership.member(signer.node)
    if (member === undefined) throw new FolkmootError('not-admitted', 'the mesh did not admit this node')
    writeConfig(dir, { version: CONFIG_VERSION, mesh, name, agent: member.agent })
    storage.close()
  } catch (error) {
    storage?.close()
    clear(dir)
    throw error
  }
}

const OURS = /^(?:node\.key|node\.json|memory\.sqlite|lock\.)/

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
