/** Small meshes in RAM for tests: replicas with seeded keys, and the hand that carries entries between them. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import {
  admit,
  type Clock,
  createVolatileStorage,
  type EntryHash,
  FolkmootError,
  foundMesh,
  type LocalWork,
  type MeshId,
  type NodeId,
  nodeId,
  type Permission,
  type Plan,
  type Random,
  Replica,
  type Run,
  type RunOutcome,
  type Signer,
  type Storage,
  sha256,
  utf8,
  type WriteResult,
} from '@folkmoot/core'

// The DER frame of an Ed25519 private key (RFC 8410), before its 32 secret bytes.
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export function signerOf(secret: string | Uint8Array): Signer {
  const seed = typeof secret === 'string' ? sha256(utf8(secret)) : secret
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  return {
    node: nodeId(new Uint8Array(Buffer.from(jwk.x as string, 'base64url'))),
    sign: message => new Uint8Array(sign(null, message, key)),
  }
}

/** A random source that gives one sequence for one seed. */
export function seededRandom(seed: string): Random {
  let drawn = 0
  return {
    bytes(length) {
      const blocks = Array.from({ length: Math.ceil(length / 32) }, () => sha256(utf8(`${seed}/${drawn++}`)))
      return new Uint8Array(Buffer.concat(blocks).subarray(0, length))
    },
  }
}

/** Time that moves only when told to. */
export class ManualClock implements Clock {
  ms: number
  constructor(ms = 1_700_000_000_000) {
    this.ms = ms
  }
  now(): number {
    return this.ms
  }
}

export interface TestNode {
  readonly name: string
  readonly node: NodeId
  readonly replica: Replica
  readonly storage: Storage
  readonly clock: ManualClock
}

/** What each agent of a test mesh may do, unless a test says otherwise. */
const EVERYTHING: readonly Permission[] = [{ scope: '*', rights: ['read', 'write'] }, { resource: '*' }]

export function grantTo(agent: string, permission: Permission): Plan {
  return { plan: () => ({ scope: null, body: { type: 'grant', to: { agent }, permission } }) }
}

const authorities = new Map<MeshId, readonly EntryHash[]>()

/** What a member of a test mesh knows of it: an entry written by hand names it as its authority. */
export function authorityIn(mesh: MeshId): readonly EntryHash[] {
  return authorities.get(mesh) ?? []
}

/** A mesh of nodes that all know each other and have heard nothing else. */
export function testMesh(
  names: readonly string[],
  openStorage: (name: string) => Storage = () => createVolatileStorage(),
) {
  const clock = new ManualClock()
  const founder = signerOf(names[0] as string)
  const { mesh, genesis } = foundMesh('test', { clock, random: seededRandom('mesh'), signer: founder })
  const nodes = names.map(name => testNode(name, mesh, openStorage(name), new ManualClock()))
  const [admin, ...others] = nodes as [TestNode, ...TestNode[]]
  deliver(admin, { entries: [genesis] }, admin.node)
  for (const { node, name } of nodes) {
    write(admin, admit(node, name, name))
    for (const permission of EVERYTHING) write(admin, grantTo(name, permission))
  }
  authorities.set(mesh, admin.replica.membership.authorityHeads())
  for (const other of others) pull(other, admin)
  return { mesh, nodes, genesis }
}

export function testNode(name: string, mesh: MeshId, storage: Storage, clock: ManualClock): TestNode {
  const signer = signerOf(name)
  const replica = new Replica(mesh, { storage, clock, random: seededRandom(name), signer })
  return { name, node: signer.node, replica, storage, clock }
}

/** Writes and gives what was written. @throws FolkmootError as the plan or the disk does. */
export function write(at: TestNode, plan: Plan): WriteResult {
  at.clock.ms += 1
  let result: WriteResult | FolkmootError | undefined
  const work: LocalWork = {
    kind: 'local',
    ...plan,
    done: found => {
      result = found
    },
  }
  at.replica.process([work])
  if (result === undefined) throw new Error('the work was never done')
  if (result instanceof FolkmootError) throw result
  return result
}

export function deliver(to: TestNode, run: Run, from: NodeId): RunOutcome {
  let outcome: RunOutcome | undefined
  to.replica.process([{ kind: 'remote', run, from, done: found => (outcome = found) }])
  if (outcome === undefined) throw new Error('the work was never done')
  return outcome
}

/** Everything that `from` has and `to` lacks, log by log, membership first; shuffled logs by `order` if given. */
export function pull(to: TestNode, from: TestNode, bytesMax = 1 << 18): void {
  const heads = [...from.replica.heads()].sort((a, b) => (a.scope < b.scope ? -1 : 1))
  for (const head of heads) {
    for (;;) {
      const known = [...to.replica.heads()].find(own => own.log === head.log)
      const seq = known === undefined ? 0 : known.seq + 1
      const entries = seq > head.seq ? [] : from.replica.readRun(head.log, seq, bytesMax)
      if (entries.length === 0) break
      const outcome = deliver(to, { entries }, from.node)
      if (outcome.refusal !== undefined) throw new Error(`${to.name}: ${outcome.refusal.reason}`)
    }
  }
}
