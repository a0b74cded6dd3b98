/** A mesh of three agents who may not all know the same, and the node of one of them, in RAM but for its tokens. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  admit,
  createVolatileStorage,
  foundMesh,
  type Permission,
  type RemoteWork,
  remember,
  type ScopeAddress,
  type Statement,
  type Work,
} from '@folkmoot/core'
import type { MemoryNode } from '../../packages/node/src/api.ts'
import { Broadcast } from '../../packages/node/src/broadcast.ts'
import { Erasures } from '../../packages/node/src/erasures.ts'
import { Inbox } from '../../packages/node/src/inbox.ts'
import { createMemoryNode } from '../../packages/node/src/memory-node.ts'
import { offlineMesh } from '../../packages/node/src/mesh.ts'
import { type Happening, happeningsIn } from '../../packages/node/src/news.ts'
import { replicationRules } from '../../packages/node/src/replication-rules.ts'
import { Tokens } from '../../packages/node/src/tokens.ts'
import { ownerOf, viewOf } from '../../packages/node/src/view.ts'
import {
  deliver,
  grantTo,
  ManualClock,
  pull,
  seededRandom,
  signerOf,
  type TestNode,
  testNode,
  write,
} from './replicas.ts'

const all: readonly Permission[] = [{ scope: '*', rights: ['arbitrate', 'read', 'write'] }, { resource: '*' }]
/** Support may do everything; billing serves every user and uses the CRM; a rogue serves nobody. */
const GRANTS: { readonly [agent: string]: readonly Permission[] } = {
  support: all,
  billing: [
    { scope: 'app=default', rights: ['arbitrate', 'read', 'write'] },
    { scope: 'user=*', rights: ['read', 'write'] },
    { resource: 'crm' },
  ],
  rogue: [{ scope: 'app=default', rights: ['read', 'write'] }],
}

export interface TrustMesh {
  readonly dir: string
  /** Of support. */
  readonly node: MemoryNode
  readonly agents: { readonly [agent in 'support' | 'billing' | 'rogue']: TestNode }
  /** What another agent writes, as it arrives at support's node. Gives its id. */
  tell(agent: 'billing' | 'rogue', statement: Omit<Statement, 'scope'> & { readonly scope: string }): string
  /** What another agent has written by itself, as it arrives. */
  hear(agent: 'billing' | 'rogue'): void
  close(): void
}

export function trustMesh(): TrustMesh {
  const dir = mkdtempSync(join(tmpdir(), 'folkmoot-trust-'))
  const clock = new ManualClock()
  const founding = { clock, random: seededRandom('trust'), signer: signerOf('support') }
  const { mesh, genesis } = foundMesh('trust', founding)
  const [support, billing, rogue] = ['support', 'billing', 'rogue'].map(name =>
    testNode(name, mesh, createVolatileStorage(), clock),
  ) as [TestNode, TestNode, TestNode]
  const agents = { support, billing, rogue }
  deliver(support, { entries: [genesis] }, support.node)
  for (const [name, permissions] of Object.entries(GRANTS)) {
    write(support, admit(agents[name as keyof typeof agents].node, name, name))
    for (const permission of permissions) write(support, grantTo(name, permission))
  }
  for (const other of [billing, rogue]) pull(other, support)

  const changes = new Broadcast<Happening>()
  const { replica } = support
  const process = (batch: readonly Work[]) => {
    clock.ms += 1
    try {
      replica.process(batch, news => {
        for (const happening of happeningsIn(news)) changes.send(happening)
      })
    } catch {
      // Whoever asked has been told.
    }
  }
  const inbox = new Inbox(process, tick => setImmediate(tick))
  const now = () => clock.now()
  const home = {
    ...{ id: support.node, replica, inbox, ensureKey: undefined },
    reading: { resolver: 'latest' as const, authority: [], now },
  }
  const owner = viewOf(home, ownerOf(support.node, replica, 'support'))
  const node = createMemoryNode(
    {
      ...home,
      ...{ name: 'support', agent: 'support', dir, changes, tokens: new Tokens(dir, now) },
      mesh: offlineMesh(support.node, () => replica.membership),
      erasures: new Erasures(replica, owner.writer, support.node),
      directoryFindings: () => [],
      keysOpened: async () => {},
      isLocal: (scope: ScopeAddress) => replicationRules([])(scope) === 'local',
      close: async () => {},
    },
    owner,
  )
  return {
    ...{ dir, node, agents },
    tell(agent, { scope, ...statement }) {
      const from = agents[agent]
      const plan = remember({ ...statement, scope: scope as ScopeAddress }, { names: mesh, node: from.node })
      const { row } = write(from, plan)
      fetchInto(process, support, from)
      return row?.id ?? ''
    },
    hear: agent => fetchInto(process, support, agents[agent]),
    close() {
      changes.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** As `pull`, but in such a way that watchers hear of it. */
function fetchInto(process: (batch: readonly Work[]) => void, to: TestNode, from: TestNode): void {
  const known = new Map([...to.replica.heads()].map(head => [head.log, head.seq + 1]))
  const heads = [...from.replica.heads()].filter(head => head.seq >= (known.get(head.log) ?? 0))
  for (const head of heads) {
    const entries = from.replica.readRun(head.log, known.get(head.log) ?? 0, 1 << 20)
    const work: RemoteWork = { kind: 'remote', run: { entries }, from: from.node, done: throwIfRefused }
    process([work])
  }
}

function throwIfRefused({ refusal }: Parameters<RemoteWork['done']>[0]): void {
  if (refusal !== undefined) throw new Error(refusal.reason)
}

/** A secret of its own in each memory, and which of the visitors may know it. */
export interface Plant {
  readonly what: string
  readonly secret: string
  readonly id: string
  readonly type: 'record' | 'block'
  readonly isDisputed: boolean
  /** The secret is in the scope's address as well. */
  readonly isInScope: boolean
  readonly seenBy: readonly Visitor[]
}

/** The owner · in the service of alice · held to scopes and a resource · as billing. */
export const VISITORS = ['owner', 'alice', 'limited', 'billing'] as const
export type Visitor = (typeof VISITORS)[number]

export const LIMITS: readonly Permission[] = [
  { scope: 'app=default', rights: ['arbitrate', 'read', 'write'] },
  { scope: 'user=alice', rights: ['read', 'write'] },
  { resource: 'crm' },
]

export function viewFor(node: MemoryNode, visitor: Visitor): MemoryNode {
  if (visitor === 'alice') return node.as({ user: 'alice' })
  if (visitor === 'limited') return node.as({ permissions: LIMITS })
  return visitor === 'billing' ? node.as({ agent: 'billing' }) : node
}

const EVERYBODY = VISITORS

/** Fills support's node with one memory for each reason to hide it. */
export async function plantAll({ node, tell }: TrustMesh): Promise<readonly Plant[]> {
  const plants: Plant[] = []
  const secretOf = (what: string) => `zq${what}x`
  const note = (what: string, id: string, seenBy: readonly Visitor[], more: Partial<Plant> = {}) => {
    const facts = { type: 'record' as const, isDisputed: false, isInScope: false }
    plants.push({ what, secret: secretOf(what), id, ...facts, seenBy, ...more })
    return id
  }
  const say = async (what: string, options: Parameters<MemoryNode['remember']>[1]) => {
    const secret = secretOf(what)
    const said = { key: `key-${secret}`, tags: ['tag', `tag-${secret}`], reason: `reason ${secret}` }
    return (await node.remember(`value ${secret}`, { ...said, ...options })).id
  }
  const told = (agent: 'billing' | 'rogue', what: string, scope: string) => {
    const secret = secretOf(what)
    return tell(agent, { scope, content: `value ${secret}`, key: `key-${secret}`, sets: { tags: ['tag'] } })
  }

  note('open', await say('open', {}), EVERYBODY)
  note('alice', await say('alice', { scope: 'user=alice' }), EVERYBODY)
  note('bob', await say('bob', { scope: 'user=bob' }), ['owner', 'billing'])
  note('scope', await say('scope', { scope: `app=${secretOf('scope')}` }), ['owner', 'alice'], {
    isInScope: true,
  })
  note('tier', await say('tier', { scope: 'agent=support' }), ['owner', 'alice'])
  note('othertier', told('billing', 'othertier', 'agent=billing'), [])
  note('shared', told('billing', 'shared', 'user=alice'), EVERYBODY)
  const crm = await say('crm', { resources: ['crm'] })
  note('crm', crm, EVERYBODY)
  const vault = note('vault', await say('vault', { resources: ['vault'] }), ['owner', 'alice'])
  const rogue = note('rogue', told('rogue', 'rogue', 'app=default'), ['owner', 'limited', 'billing'])
  note('derived', await say('derived', { derivedFrom: [rogue] }), ['owner', 'limited', 'billing'])
  note('drawn', await say('drawn', { derivedFrom: [vault] }), ['owner', 'alice'])
  const twice = await say('first', { derivedFrom: [rogue, vault] })
  note('first', twice, ['owner'])
  note('second', await say('second', { derivedFrom: [twice] }), ['owner'])

  // The two agents have not heard of each other.
  const key = 'disputed'
  const disputed = tell('rogue', { scope: 'app=default', content: `value ${secretOf('dispute')}`, key })
  tell('billing', { scope: 'app=default', content: 'value of billing', key })
  note('dispute', disputed, ['owner', 'limited', 'billing'], { isDisputed: true })
  const block = await node.createBlock(`key-${secretOf('block')}`, `text ${secretOf('block')}`, {
    scope: `app=${secretOf('block')}`,
  })
  note('block', block.id, ['owner', 'alice'], { type: 'block', isInScope: true })
  const openBlock = await node.createBlock('open-block', `text ${secretOf('openblock')}`)
  note('openblock', openBlock.id, EVERYBODY, { type: 'block' })
  return plants
}
