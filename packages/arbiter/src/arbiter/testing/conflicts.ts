import type { EntryHash, NodeId, ScopeAddress } from '@folkmoot/core'
import type { Judgement, Verdict } from '../../judge.ts'
import type { OpenConflict } from '../docket.ts'
import { NO_LIMITS, type Settings, TIMES } from '../settings.ts'

export const SELF = 'self' as NodeId
export const OTHER = 'other' as NodeId
export const NOW = 1_750_000_000_000
export const SCOPE = 'app=shop' as ScopeAddress

export const SETTINGS: Settings = {
  node: SELF,
  hasJudge: true,
  concurrency: 2,
  budget: NO_LIMITS,
  times: TIMES,
}

export function entries(...names: readonly string[]): readonly EntryHash[] {
  return names as readonly EntryHash[]
}

export function decisionFor(rule: OpenConflict['decision']['rule'], clause: number | null = 1) {
  return { clause, rule, resolver: 'latest' as const, order: [], advice: null, scope: SCOPE }
}

/** One that is the judge's, and new. */
export function conflictOf(id: string, more: Partial<OpenConflict> = {}): OpenConflict {
  return {
    ...{ id, scope: SCOPE, importance: 0.5, since: NOW, claims: [], place: 0, isLeftToPeople: false },
    seen: entries('a', 'b'),
    decision: decisionFor('arbiter'),
    ...more,
  }
}

export function claimBy(node: NodeId, until: number): OpenConflict['claims'][number] {
  return { node, at: until - TIMES.lease, entry: `claim of ${node}` as EntryHash, until }
}

export function judgementOf(verdict: Verdict, tokens = 100): Judgement {
  return {
    verdict,
    confidence: 0.9,
    rationale: 'it was seen',
    model: 'stub',
    promptHash: '0'.repeat(64),
    tokens: { input: tokens, output: 0 },
  }
}
