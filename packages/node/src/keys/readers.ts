/** Who is to have which key, by the membership log as it is here and now. */
import {
  decodeBody,
  type EntryHash,
  type EpochKeys,
  logId,
  MEMBERSHIP_SCOPE,
  type Membership,
  type MeshId,
  type NodeId,
  type Right,
  type ScopeAddress,
  type ScopeId,
  type Storage,
} from '@folkmoot/core'

/** What it takes to make a key that others write with: whoever may put something there. */
const MAKING: readonly Right[] = ['admin', 'arbitrate', 'write']

/** Present members whose agent may read there. A relay is none, so it never gets a key. */
export function readersOf(membership: Membership, scope: ScopeAddress, nowMs: number): Set<NodeId> {
  const readers = new Set<NodeId>()
  for (const member of membership.members()) {
    if (membership.isMember(member.node, nowMs) && membership.can(member, 'read', scope, nowMs)) {
      readers.add(member.node)
    }
  }
  return readers
}

/** Whoever may make a key there: may do it by the grants of today. */
export function mayMake(membership: Membership, node: NodeId, scope: ScopeAddress, nowMs: number): boolean {
  const agent = membership.member(node)?.agent ?? ''
  return MAKING.some(right => membership.can({ node, agent }, right, scope, nowMs))
}

/**
 * Present members who may know what scopes are called: those who were given more than to relay. Nobody has that by
 * being admitted alone, because what a guest may do is written after it is let in.
 */
export function namedReaders(membership: Membership, nowMs: number): Set<NodeId> {
  const given = new Set<string>()
  for (const { to, permission, from, until } of membership.edges()) {
    const isNow = from <= nowMs && (until === null || until > nowMs)
    if (!isNow || !('rights' in permission)) continue
    if (permission.rights.some(right => right !== 'relay'))
      given.add('node' in to ? to.node : `agent ${to.agent}`)
  }
  const named = [...membership.members()].filter(
    ({ node, agent }) =>
      membership.isMember(node, nowMs) &&
      (membership.isAdmin(node) || given.has(node) || given.has(`agent ${agent}`)),
  )
  return new Set(named.map(({ node }) => node))
}

/** One key of a scope, with what anybody has handed out under its number. */
export interface Epoch {
  readonly epoch: number
  /** Oldest first. */
  readonly parts: readonly EpochKeys[]
}

/** Oldest first. */
export function epochsOf(membership: Membership, scope: ScopeId): readonly Epoch[] {
  return [...Map.groupBy(membership.keysOf(scope), ({ epoch }) => epoch)].map(([epoch, parts]) => ({
    epoch,
    parts,
  }))
}

/**
 * Who has a key: whoever made it, whom they handed it to, whom those handed it to. What others say under its number is
 * left, for they have nothing to hand out; a relay could else spoil every key by claiming to pass it on to itself.
 * @param mayMake whether the author of this part had the right to make the key
 * @returns empty if nobody made it who had the right to
 */
export function holdersOf(
  parts: readonly EpochKeys[],
  mayMake: (part: EpochKeys) => boolean,
): ReadonlySet<NodeId> {
  const holders = new Set<NodeId>()
  for (const part of parts) {
    if (!holders.has(part.by) && !mayMake(part)) continue
    holders.add(part.by)
    for (const node of part.wraps.keys()) holders.add(node)
  }
  return holders
}

/** Makers are those who, by what they knew, had the right to write there. */
export function keyHolders(
  { parts }: Epoch,
  scope: ScopeAddress,
  { membership, storage }: { readonly membership: Membership; readonly storage: Storage },
): ReadonlySet<NodeId> {
  return holdersOf(parts, ({ by, entry, at }) => {
    const authority = storage.entries.find(entry)?.entry.authority ?? []
    return membership.rightObjection({ node: by, authority, at }, scope, MAKING) === undefined
  })
}

/** The founder's log begins with the genesis, its own admission and grants, and then the key of the names. */
const FOUNDING_BYTES = 64 * 1024

/**
 * The key that scopes are named by: the first that the founder handed out. It is for good, because every scope's id is
 * made with it; so it is looked up where nobody else can write.
 */
export function namesEpoch(mesh: MeshId, storage: Storage): { epoch: number; founder: NodeId } | undefined {
  const founder = storage.entries.find(mesh as string as EntryHash)?.entry.node
  if (founder === undefined) return undefined
  for (const { entry, status } of storage.entries.read(
    logId(MEMBERSHIP_SCOPE, founder, 0),
    0,
    FOUNDING_BYTES,
  )) {
    if (status !== 'applied' || entry.bytes.payload === null) continue
    const body = decodeBody(entry.bytes.payload)
    if (body.type === 'keys' && body.scope === MEMBERSHIP_SCOPE) return { epoch: body.epoch, founder }
  }
  return undefined
}
