/** Removals, rotations and revocations: what takes rights away and says where logs end. */
import type { LogId } from '../ids.ts'
import type { Permission, Subject } from '../membership-body.ts'
import type { Known } from './past.ts'
import { EVERYTHING, knownPattern, type Pattern, parseResource } from './pattern.ts'
import { RIGHTS, type Right } from './right.ts'

type CuttingType = 'remove' | 'rotate' | 'revoke'

export interface Act {
  /** The entry that completes it. */
  readonly entry: Known
  readonly type: CuttingType
  readonly to: Subject
  /** What it takes away; null: any resource that `resource` matches. */
  readonly rights: readonly Right[] | null
  readonly scope: Pattern
  readonly resource: string | null
  /** Last positions that count, of the logs that it names. */
  readonly cuts: ReadonlyMap<LogId, number>
  /** Its author speaks of itself. */
  readonly isOwn: boolean
  readonly reason: string | undefined
}

export function isCutting(known: Known): known is Known<CuttingType> {
  const { type } = known.body
  return type === 'remove' || type === 'rotate' || type === 'revoke'
}

/** Puts the acts of one log together whose list of cuts goes on from entry to entry. */
export class ActReader {
  readonly #begun = new Map<string, Known<CuttingType>[]>()

  /** The act that an entry completes, if it does. */
  read(entry: Known<CuttingType>): Act | undefined {
    const { body } = entry
    const about = targetOf(entry)
    const parts = [...(this.#begun.get(about) ?? []), entry]
    if (body.more === true) {
      this.#begun.set(about, parts)
      return undefined
    }
    this.#begun.delete(about)
    return actOf(entry, parts)
  }
}

/** What is hidden from this node is taken to be one list if it takes the same rights from the same subject. */
function targetOf({ body }: Known<CuttingType>): string {
  if (body.type !== 'revoke') return `${body.type} ${body.node}`
  return JSON.stringify([subjectKey(body.to), body.permission])
}

function actOf(entry: Known<CuttingType>, parts: readonly Known<CuttingType>[]): Act {
  const cuts = new Map<LogId, number>()
  for (const part of parts) {
    for (const [log, seq] of part.body.cuts) cuts.set(log, Math.min(seq, cuts.get(log) ?? seq))
  }
  const { body } = entry
  const { reason } = body
  if (body.type === 'revoke') {
    const isOwn = 'node' in body.to && body.to.node === entry.node
    return { entry, type: body.type, to: body.to, ...takenBy(body.permission), cuts, isOwn, reason }
  }
  // Who rotates takes itself away; the new key is in the body.
  const node = body.type === 'rotate' ? entry.node : body.node
  const all = { rights: RIGHTS, scope: EVERYTHING, resource: '*' }
  return { entry, type: body.type, to: { node }, ...all, cuts, isOwn: node === entry.node, reason }
}

function takenBy(permission: Permission): Pick<Act, 'rights' | 'scope' | 'resource'> {
  if ('resource' in permission) {
    return { rights: null, scope: EVERYTHING, resource: parseResource(permission.resource) }
  }
  return { rights: permission.rights, scope: knownPattern(permission.scope), resource: null }
}

export function subjectKey(to: Subject): string {
  return 'node' in to ? `node ${to.node}` : `agent ${to.agent}`
}

/** From which position on a log counts no more, by this act. Whoever takes itself away has said so last. */
export function endBy(act: Act, log: LogId): number {
  if (act.isOwn && log === act.entry.log) return act.entry.seq + 1
  return (act.cuts.get(log) ?? -1) + 1
}
