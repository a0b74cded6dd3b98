/**
 * One conflict in the hands of an arbiter.
 *
 *   waiting ──rule──────────────────────────▶ settling ──written──▶ gone
 *      │                                         ▲
 *      └──judge──▶ claiming ──written──▶ judging ┘
 *
 * Whatever goes wrong, or changes on the way, leads back to waiting.
 */
import { type EntryHash, holderAt } from '@folkmoot/core'
import type { OpenConflict } from './docket.ts'
import { PLACE_MAX, type Settings } from './settings.ts'

export type Phase =
  | { readonly name: 'waiting' }
  /** @property seen the candidates that it is claimed with */
  | { readonly name: 'claiming'; readonly call: number; readonly seen: readonly EntryHash[] }
  /** @property until when it has taken too long */
  | { readonly name: 'judging'; readonly call: number; readonly until: number }
  | {
      readonly name: 'settling'
      readonly by: 'rule' | 'verdict' | 'deferral'
      readonly seen: readonly EntryHash[]
    }

export interface Matter {
  readonly conflict: OpenConflict
  readonly way: 'rule' | 'judge'
  readonly phase: Phase
  /** While something is being written: it has been settled, or is not for this arbiter any more. */
  readonly isGone: boolean
  /** Since when these candidates are known here. */
  readonly seenAt: number
  readonly notBefore: number
  /** Times that judging, or writing, these candidates failed here. */
  readonly tries: number
}

export const WAITING: Phase = { name: 'waiting' }

/** Who decides it: a rule, the judge, or nobody here (null): then it stays visible, as it does without a policy. */
export function wayOf({ decision, isLeftToPeople }: OpenConflict, hasJudge: boolean): Matter['way'] | null {
  if (isLeftToPeople || decision.clause === null || decision.rule === 'person') return null
  if (decision.rule === 'arbiter') return hasJudge ? 'judge' : null
  return 'rule'
}

export function freshMatter(conflict: OpenConflict, way: Matter['way'], nowMs: number): Matter {
  return { conflict, way, phase: WAITING, isGone: false, seenAt: nowMs, notBefore: 0, tries: 0 }
}

export function isSame(one: readonly EntryHash[], other: readonly EntryHash[]): boolean {
  return one.length === other.length && one.every(entry => other.includes(entry))
}

/**
 * From when on this arbiter may begin. Each place waits one step longer than the one before it; whoever failed with it
 * lets others go first. A claim is waited for until it has run out, but one's own, which is gone on with.
 */
export function readyAt(
  { conflict, way, notBefore, seenAt, tries }: Matter,
  { node, times }: Pick<Settings, 'node' | 'times'>,
  nowMs: number,
): number {
  const turn = (Math.min(conflict.place, PLACE_MAX) + 2 * tries) * times.claimStep
  const holder = holderAt(conflict, nowMs)
  if (holder?.node === node && (way === 'rule' || holder.until - nowMs >= times.goOn)) return notBefore
  const ends = conflict.claims.map(({ until }) => until)
  return Math.max(notBefore, Math.max(seenAt, ...ends) + turn)
}
