/** Who may do what: by what an author knew (`Sight`), or at a moment. Both ask the same certificates and grants. */
import type { NodeId } from '../ids.ts'
import type { Subject } from '../membership-body.ts'
import { parseScope, type ScopeAddress } from '../scope.ts'
import { type Grant, type Holding, heldUntil, isInForce } from './holding.ts'
import type { Holdings } from './holdings.ts'
import type { Sight } from './past.ts'
import { type Place, placeOf } from './pattern.ts'
import type { Right } from './right.ts'

export interface Identity {
  readonly node: NodeId
  readonly agent: string | undefined
}

/** How good a holding is in somebody's eyes: the last moment it counts, or -1 if it does not. */
export type Measure = (held: Holding, right?: Right) => number

export function bySight(sight: Sight): Measure {
  return (held, right) => heldUntil(held, sight, right)
}

export function atTime(atMs: number): Measure {
  return (held, right) => (isInForce(held, atMs, right) ? Number.POSITIVE_INFINITY : -1)
}

/** Until when the node is certified: by an admission, or as an admin. */
export function memberUntil(holdings: Holdings, node: NodeId, measure: Measure): number {
  let until = -1
  for (const held of holdings.certificatesOf(node)) until = Math.max(until, measure(held))
  for (const power of holdings.powersOf(node)) until = Math.max(until, measure(power, 'admin'))
  return until
}

/** Who has rights when this node asks: itself, and its agent. */
export function subjectsOf({ node, agent }: Identity): readonly Subject[] {
  return agent === undefined ? [{ node }] : [{ node }, { agent }]
}

/** Until when somebody has a right in a scope, apart from being a member at all. */
export function rightUntil(
  holdings: Holdings,
  who: Identity,
  right: Right,
  scope: ScopeAddress,
  measure: Measure,
): number {
  const place = placeOf(scope, who.agent)
  let until = -1
  for (const wanted of rightsThatGive(right, place)) {
    if (wanted === null) return Number.POSITIVE_INFINITY
    const visit = (grant: Grant): void => {
      if (grant.rights?.includes(wanted)) until = Math.max(until, measure(grant, wanted))
    }
    for (const to of subjectsOf(who)) holdings.eachCovering(to, place, visit)
  }
  return until
}

const READ_OR_WRITE: readonly Right[] = ['read', 'write']

/**
 * What an agent keeps for itself, or a node for one run, it reads and writes wherever it may do one of both; where
 * nobody else is concerned, it needs no grant (null).
 */
function rightsThatGive(right: Right, { isOwn, isRun, isPrivate }: Place): readonly (Right | null)[] {
  if (right !== 'read' && right !== 'write') return [right]
  if (isPrivate) return [null]
  return isOwn || isRun ? READ_OR_WRITE : [right]
}

/** Undefined for a user whose name no scope could hold. */
export function userScope(user: string): ScopeAddress | undefined {
  try {
    return parseScope(`user=${user}`)
  } catch {
    return undefined
  }
}
