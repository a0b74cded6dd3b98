/** What membership entries give, and how it is taken away again. */
import type { NodeId } from '../ids.ts'
import type { Subject } from '../membership-body.ts'
import { type Act, subjectKey } from './acts.ts'
import { type Known, precedes, type Sight } from './past.ts'
import { isPatternWithin, matches, type Pattern } from './pattern.ts'
import type { Right } from './right.ts'

export interface Withdrawal {
  readonly act: Act
  /** Null: of a resource, or of a certificate. */
  readonly rights: readonly Right[] | null
}

/** Something given by an entry, until a time or until it is taken away: a certificate, or rights. */
export interface Holding {
  readonly entry: Known
  /** Rotations by which it came from an earlier key of the node, oldest first. */
  readonly via: readonly Known<'rotate'>[]
  /** Infinity for ever. */
  readonly until: number
  readonly withdrawals: Withdrawal[]
}

export interface Grant extends Holding {
  readonly to: Subject
  readonly scope: Pattern | null
  readonly rights: readonly Right[] | null
  readonly resource: string | null
}

/** Who knew of an act and gave all the same has given anew. */
export function isKnownTo(act: Act, { entry, via }: Holding): boolean {
  return precedes(act.entry, entry) || via.some(rotation => precedes(act.entry, rotation))
}

/** What an act takes of a grant to its subject; nothing, if the grant is wider than what was revoked. */
function withdrawalOf(act: Act, grant: Grant): Withdrawal | undefined {
  if (isKnownTo(act, grant)) return undefined
  if (grant.rights === null || grant.scope === null) {
    const isMeant = act.resource !== null && matches(act.resource, grant.resource ?? '')
    return isMeant ? { act, rights: null } : undefined
  }
  if (act.rights === null || !isPatternWithin(grant.scope, act.scope)) return undefined
  const rights = grant.rights.filter(right => act.rights?.includes(right))
  return rights.length === 0 ? undefined : { act, rights }
}

/**
 * What a node's next key takes over. What was taken from the old key before it rotated is gone; a later removal of
 * the old key, which left the rotation standing, is no concern of the new one.
 */
export function inherited<Held extends Holding>(held: Held, rotation: Known<'rotate'>): Held | undefined {
  if (held.via.includes(rotation) || precedes(rotation, held.entry)) return undefined
  const withdrawals = held.withdrawals.filter(
    ({ act }) => act.type === 'revoke' || precedes(act.entry, rotation),
  )
  return { ...held, via: [...held.via, rotation], withdrawals }
}

export function isTaken({ rights }: Withdrawal, right: Right | undefined): boolean {
  return rights === null || right === undefined || rights.includes(right)
}

/** The last moment at which somebody with this sight held it; -1 if it held it never. */
export function heldUntil(held: Holding, sight: Sight, right?: Right): number {
  if (!sight(held.entry) || !held.via.every(sight)) return -1
  const isGone = held.withdrawals.some(taken => isTaken(taken, right) && sight(taken.act.entry))
  return isGone ? -1 : held.until
}

/** From when to when it is in force; `until` belongs to it, the moment of a withdrawal does not. */
export function isInForce(held: Holding, atMs: number, right?: Right): boolean {
  if (atMs < heldFrom(held) || atMs > held.until) return false
  return held.withdrawals.every(taken => !isTaken(taken, right) || atMs < taken.act.entry.at)
}

export function heldFrom({ entry, via }: Holding): number {
  return via.reduce((from, { at }) => Math.max(from, at), entry.at)
}

/** Not taken away; perhaps past its time. */
export function stands({ withdrawals }: Holding, right?: Right): boolean {
  return withdrawals.every(taken => !isTaken(taken, right))
}

/** Not taken away, and not past its time either if one is given. */
export function isStanding(held: Holding, nowMs?: number): boolean {
  return stands(held) && (nowMs === undefined || nowMs <= held.until)
}

/** Acts that count, by whom they are about. */
export class ActTable {
  readonly #removals = new Map<NodeId, Act[]>()
  readonly #revocations = new Map<string, Act[]>()

  add(act: Act): void {
    if (act.type !== 'revoke' && 'node' in act.to) push(this.#removals, act.to.node, act)
    else push(this.#revocations, subjectKey(act.to), act)
  }

  /** Removals of a node, and its rotations. */
  removalsOf(node: NodeId): readonly Act[] {
    return this.#removals.get(node) ?? []
  }

  revocationsOf(to: Subject): readonly Act[] {
    return this.#revocations.get(subjectKey(to)) ?? []
  }

  /** Whether any act is about a node, or about the agent that it runs. */
  areAbout(node: NodeId, agent: string | undefined): boolean {
    const subjects: Subject[] = agent === undefined ? [{ node }] : [{ node }, { agent }]
    return this.#removals.has(node) || subjects.some(to => this.#revocations.has(subjectKey(to)))
  }

  /** Takes from a grant what acts about its subject take. */
  withdrawFrom(grant: Grant): void {
    const acts = [
      ...this.revocationsOf(grant.to),
      ...('node' in grant.to ? this.removalsOf(grant.to.node) : []),
    ]
    for (const act of acts) {
      const taken = withdrawalOf(act, grant)
      if (taken !== undefined) grant.withdrawals.push(taken)
    }
  }
}

export function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}
