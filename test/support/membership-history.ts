/** Random histories of a membership log by several hands that hear of each other now and then. */
import {
  type Body,
  type EntryHash,
  type NodeId,
  parseScope,
  type Right,
  type ScopeNames,
} from '@folkmoot/core'
import fc from 'fast-check'
import { HiddenPatterns } from '../../packages/core/src/access/hidden-pattern.ts'
import { admitBody, type Fact, type Hand, nodeOf, type World, worldOf } from './membership-world.ts'
import { seededRandom } from './replicas.ts'

export const NAMES = ['ann', 'bob', 'cat', 'dan', 'neo', 'fay'] as const
export const AGENTS = ['cook', 'guard']
export const SCOPES = ['user=alice', 'app=shop,user=bo', 'user=alice,agent=cook', 'agent=guard'].map(
  parseScope,
)
const PATTERNS = ['*', '*', 'user=*', 'user=alice', 'app=shop,user=*', 'user=*,agent=*']
const RIGHTS: readonly (readonly Right[])[] = [
  ['read', 'write'],
  ['admin'],
  ['read'],
  ['write'],
  ['admin', 'read', 'write'],
]

/** What a hand does next. Numbers pick among what there is. */
const step = fc.record({
  who: fc.nat(NAMES.length - 1),
  what: fc.constantFrom(
    ...([
      'admit',
      'admit',
      'promote',
      'grant',
      'grant',
      'grant',
      'revoke',
      'revoke',
      'remove',
      'remove',
    ] as const),
    ...([
      'rotate',
      'anew',
      'invite',
      'keys',
      'receipt',
      'hear',
      'hear',
      'hear',
      'hear',
      'hear',
      'hear',
    ] as const),
  ),
  whom: fc.nat(NAMES.length - 1),
  which: fc.nat(9),
  with: fc.nat(9),
})
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
export const steps = fc.array(step, { minLength: 4, maxLength: 40, size: 'max' })

export interface History {
  readonly world: World
  readonly hands: readonly Hand[]
  /** Everything that was written, the genesis first, each after what its author knew. */
  readonly facts: readonly Fact[]
}

/** Two founders, who first let everybody in and make one of them an admin, so that what follows means something. */
export function play(history: readonly Step[]): History {
  const world = worldOf(['ann', 'bob'])
  const hands = NAMES.map(name => world.hand(name))
  const facts: Fact[] = [world.genesis]
  const [ann, ...others] = hands as [Hand, ...Hand[]]
  for (const [i, name] of NAMES.slice(0, 4).entries()) {
    facts.push(ann.write(admitBody(name, AGENTS[i % 2])))
  }
  const permission = { scope: '*', rights: ['admin' as const] }
  facts.push(ann.write({ type: 'grant', to: { node: nodeOf('cat') }, permission }))
  for (const other of others) other.hear(ann)
  for (const next of history) take(next, hands, facts)
  return { world, hands, facts }
}

function take(next: Step, hands: readonly Hand[], facts: Fact[]): void {
  const hand = hands[next.who] as Hand
  if (next.what === 'hear') hand.hear(hands[next.whom] as Hand)
  else if (next.what === 'anew') hand.startAnew()
  else {
    const body = bodyOf(next, hand)
    if (body !== undefined) facts.push(hand.write(body))
  }
}

function bodyOf({ what, whom, which, with: other, who }: Step, hand: Hand): Body | undefined {
  const name = NAMES[whom] as string
  const node = nodeOf(name)
  const agent = AGENTS[other % 2] as string
  const scope = PATTERNS[which % PATTERNS.length] as string
  const rights = [...(RIGHTS[other % RIGHTS.length] ?? [])]
  const to = which % 2 === 0 ? { agent } : { node }
  const ticket = '11'.repeat(32) as EntryHash
  switch (what) {
    case 'admit':
      return admitBody(name, agent, other > 7 ? { ticket } : {})
    case 'promote':
      return { type: 'grant', to: { node }, permission: { scope, rights: ['admin'] } }
    case 'grant': {
      if (which === 9) return { type: 'grant', to, permission: { resource: 'crm-*' } }
      if ('agent' in to && rights.every(right => right === 'admin')) return undefined
      return { type: 'grant', to, permission: { scope, rights } }
    }
    case 'revoke': {
      const cuts = cutsOf(hand, node, other)
      if (which === 9) return { type: 'revoke', to, permission: { resource: '*' }, cuts }
      return { type: 'revoke', to, permission: { scope, rights }, cuts }
    }
    case 'remove': {
      const more = which === 8 ? { more: true as const } : {}
      return { type: 'remove', node, cuts: cutsOf(hand, node, other), ...more }
    }
    case 'rotate':
      return who === whom ? undefined : { type: 'rotate', node, cuts: cutsOf(hand, hand.node, other) }
    case 'invite':
      return {
        ...{ type: 'invite', ticket, agent, expiresAt: Number.MAX_SAFE_INTEGER, uses: 2 },
        grants: [{ scope, rights }],
      }
    case 'keys': {
      const wraps: [NodeId, Uint8Array][] = [[node, new Uint8Array([which])]]
      return { type: 'keys', scope: 'ab'.repeat(16) as never, epoch: which, wraps }
    }
    case 'receipt':
      return { type: 'receipt', erasures: [ticket] }
    default:
      return undefined
  }
}

/** What the patterns of a history are hidden with. */
export const HISTORY_NAMES = '99'.repeat(32) as ScopeNames

/** The same entries with their patterns hidden, as a sealed mesh would have them. */
export function withPatternsHidden({ world: { mesh }, facts }: History): readonly Fact[] {
  const patterns = new HiddenPatterns(mesh, HISTORY_NAMES)
  const random = seededRandom('patterns')
  return facts.map(({ entry, body }) => {
    if (body.type === 'grant' || body.type === 'revoke') {
      return { entry, body: { ...body, permission: patterns.hide(body.permission, random) } }
    }
    if (body.type !== 'invite' || body.grants === undefined) return { entry, body }
    return { entry, body: { ...body, grants: body.grants.map(one => patterns.hide(one, random)) } }
  })
}

/** Mostly all that the hand has of a node's logs; sometimes less, sometimes nothing. */
function cutsOf(hand: Hand, node: NodeId, how: number): ReturnType<Hand['cutsOf']> {
  if (how === 0) return []
  const cuts = hand.cutsOf(node)
  return how === 1 ? cuts.map(([log, seq, hash]) => [log, Math.max(0, seq - 1), hash]) : cuts
}

/** For every entry what is in its past, itself not: worked out the slow and simple way. */
export function pastsOf(facts: readonly Fact[]): ReadonlyMap<EntryHash, ReadonlySet<EntryHash>> {
  const pasts = new Map<EntryHash, ReadonlySet<EntryHash>>()
  const [genesis] = facts
  for (const { entry } of facts) {
    const past = new Set<EntryHash>(entry === genesis?.entry ? [] : [genesis?.entry.hash as EntryHash])
    const before = facts.filter(fact => fact.entry.log === entry.log && fact.entry.seq < entry.seq)
    for (const head of [...entry.authority, ...before.map(fact => fact.entry.hash)]) {
      past.add(head)
      for (const known of pasts.get(head) ?? []) past.add(known)
    }
    pasts.set(entry.hash, past)
  }
  return pasts
}
