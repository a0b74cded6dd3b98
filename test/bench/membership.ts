/** What the membership log costs: resolving one of some size, taking in one entry more, authorising an entry. */
import { Membership, type NodeId, parseScope, type ScopeAddress } from '@folkmoot/core'
import { admitBody, type Fact, nodeOf, START_MS, type World, worldOf } from '../support/membership-world.ts'
import { median } from './statistics.ts'

const NODES = 300
const GRANTS = 3000
const ADMINS = 4
const ROUNDS = 9

export interface MembershipCost {
  /** All entries taken in and resolved, from nothing. */
  readonly resolveMs: number
  /** One more admission, answered for. */
  readonly addUs: number
  /** May this author write here? Asked for the first time of author, scope and heads. */
  readonly authoriseUs: number
  /** The same question again. */
  readonly authoriseAgainUs: number
  /** May this reader read here now? */
  readonly readUs: number
}

/** 300 nodes of 30 agents and 3,000 grants by four admins, who hear of each other now and then. */
export function membershipTask(): MembershipCost {
  const world = worldOf(['admin 0', 'admin 1', 'admin 2', 'admin 3'])
  const facts = historyOf(world)
  const membership = new Membership(world.mesh)
  const resolveMs = medianOf(() => {
    const fresh = new Membership(world.mesh)
    return timed(() => {
      for (const { entry, body } of facts) fresh.apply(entry, body)
      fresh.authorityHeads()
    })
  })
  for (const { entry, body } of facts) membership.apply(entry, body)
  const claims = claimsIn(facts)
  const ask = () => {
    for (const { claim, scope } of claims) membership.rightObjection(claim, scope, ['write'])
  }
  membership.authorityHeads()
  const first = timed(ask)
  const again = medianOf(() => timed(ask))
  const reads = medianOf(() =>
    timed(() => {
      for (const { claim, scope } of claims) {
        const reader = { node: claim.node, agent: agentOf(claim.node) }
        membership.can(reader, 'read', scope, claim.at)
      }
    }),
  )
  const addUs = medianOf(() => addOne(world, membership)) * 1000
  const perClaim = 1000 / claims.length
  return {
    resolveMs,
    addUs,
    authoriseUs: first * perClaim,
    authoriseAgainUs: again * perClaim,
    readUs: reads * perClaim,
  }
}

const names = Array.from({ length: NODES }, (_, i) => `node ${i}`)
const agents = new Map<NodeId, string>(names.map((name, i) => [nodeOf(name), `agent-${i % 30}`]))
const agentOf = (node: NodeId) => agents.get(node) ?? ''

function historyOf(world: World): readonly Fact[] {
  const admins = Array.from({ length: ADMINS }, (_, i) => world.hand(`admin ${i}`))
  const [head] = admins
  if (head === undefined) throw new Error('no admin')
  const share = () => {
    for (const admin of admins) head.hear(admin)
    for (const admin of admins) admin.hear(head)
  }
  for (const [i, name] of names.entries()) {
    admins[i % ADMINS]?.write(admitBody(name, `agent-${i % 30}`))
    if (i % 10 === 0) share()
  }
  for (let i = 0; i < GRANTS; i++) {
    const scope = i % 3 === 0 ? `app=shop-${i % 50},user=*` : `user=person-${i}`
    const permission = { scope, rights: ['read' as const, 'write' as const] }
    const to = i % 5 === 0 ? { node: nodeOf(names[i % NODES] as string) } : { agent: `agent-${i % 30}` }
    admins[i % ADMINS]?.write({ type: 'grant', to, permission })
    if (i % 20 === 0) share()
  }
  share()
  return [...head.facts]
}

/** Different authors in different scopes, by different heads. */
function claimsIn(facts: readonly Fact[]) {
  const found: {
    claim: { node: NodeId; authority: Fact['entry']['hash'][]; at: number }
    scope: ScopeAddress
  }[] = []
  for (let i = 0; i < 10_000; i++) {
    const head = facts[facts.length - 1 - (i % 500)] as Fact
    const scope = parseScope(i % 2 === 0 ? `user=person-${i % GRANTS}` : `app=shop-${i % 50},user=u${i}`)
    const node = nodeOf(names[(i * 7) % NODES] as string)
    found.push({ claim: { node, authority: [head.entry.hash], at: START_MS + 1_000_000 }, scope })
  }
  return found
}

let added = 0
function addOne(world: World, membership: Membership): number {
  const admin = world.hand('admin 0')
  const { entry, body } = admin.write(admitBody(`late ${added++}`))
  return timed(() => {
    membership.apply(entry, body)
    membership.isMember(entry.node)
  })
}

function medianOf(measure: () => number): number {
  return median(Array.from({ length: ROUNDS }, measure))
}

function timed(work: () => void): number {
  const started = performance.now()
  work()
  return performance.now() - started
}
