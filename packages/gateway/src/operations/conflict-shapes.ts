/** Disagreements and policies in the JSON that doors answer with. */
import type { Conflict, Json, Policy, PolicyDecision, Resolution, ResolverName } from '@folkmoot/core'
import type {
  ConflictCandidate,
  ConflictReport,
  PolicyReport,
  PolicyTest,
  PolicyTrial,
  SettledBy,
} from '@folkmoot/node'
import { authorShape, type CandidateShape, candidateShape, isoTime } from './shapes.ts'

type AuthorShape = ReturnType<typeof authorShape>

export interface ConflictShape {
  readonly id: string
  readonly record: string
  readonly key: string | null
  readonly scope: string
  readonly register: string
  readonly cause: Conflict['cause']
  readonly status: Conflict['status']
  readonly importance: number
  readonly since: string
  readonly claimedBy: (AuthorShape & { readonly until: string }) | null
  /** Oldest first; `resolve` picks one by its place, counted from 1. */
  readonly candidates: readonly SideShape[]
  readonly resolution: SettledShape | null
  readonly overruled: readonly SettledShape[]
  readonly reopened: SettledShape | null
  readonly evidence: readonly { readonly test: string; readonly detail: string }[]
  readonly leftToPeople: boolean
  readonly policy: {
    readonly rule: PolicyDecision['rule']
    readonly clause: number | null
    readonly scope: string | null
    readonly resolver: ResolverName
  }
}

export interface SideShape extends CandidateShape {
  readonly record: string
  readonly confidence: number | null
  readonly support: number
}

export interface SettledShape extends Omit<Resolution, 'node' | 'at' | 'entry' | OwnToCore> {
  readonly node: string
  readonly agent: string
  readonly at: string
  readonly entry: string
  readonly caution: string | null
}
type OwnToCore = 'contexts' | 'supersedes' | 'undoes' | 'restores'

export interface PolicyShape {
  readonly scope: string | null
  readonly policy: Policy | null
  readonly setBy: AuthorShape | null
  readonly conflict: boolean
}

export interface PolicyTestShape extends Pick<PolicyTest, 'total' | 'changes' | 'rules' | 'warnings'> {
  readonly trials: readonly TrialShape[]
}

interface TrialShape extends Pick<PolicyTrial, 'would' | 'agrees'> {
  readonly conflict: string
  readonly record: string
  readonly key: string | null
  readonly scope: string
  readonly candidates: readonly SideShape[]
  readonly was: {
    readonly kind: Resolution['kind']
    readonly value: Json
    readonly caution: string | null
    readonly judge: Resolution['judge']
    readonly by: AuthorShape
  } | null
}

export function conflictShape(report: ConflictReport): ConflictShape {
  const { id, record, key, scope, register, cause, status, importance, since, claimedBy } = report
  return {
    ...{ id, record, key, scope, register, cause, status, importance },
    since: isoTime(since),
    claimedBy: claimedBy && { ...authorShape(claimedBy), until: isoTime(claimedBy.until) },
    candidates: report.candidates.map(sideShape),
    resolution: report.resolution && settledShape(report.resolution),
    overruled: report.overruled.map(settledShape),
    reopened: report.reopened && settledShape(report.reopened),
    evidence: report.evidence,
    leftToPeople: report.leftToPeople,
    policy: report.policy,
  }
}

function sideShape(candidate: ConflictCandidate): SideShape {
  const { record, confidence, support } = candidate
  return { ...candidateShape(candidate), record, confidence, support }
}

function settledShape(settled: SettledBy): SettledShape {
  const { kind, value, caution, pick, node, agent, at, entry, reason } = settled
  const { judge, rule, model, promptHash, confidence } = settled
  return {
    ...{ kind, value, caution, pick, node, agent, at: isoTime(at), entry, reason },
    ...{ judge, rule, model, promptHash, confidence },
  }
}

export function policyShape({ scope, policy, setBy, conflict }: PolicyReport): PolicyShape {
  return { scope, policy, setBy: setBy && authorShape(setBy), conflict }
}

export function policyTestShape({ trials, ...totals }: PolicyTest): PolicyTestShape {
  const { total, changes, rules, warnings } = totals
  return { total, changes, rules, warnings, trials: trials.map(trialShape) }
}

function trialShape({
  conflict,
  record,
  key,
  scope,
  candidates,
  was,
  would,
  agrees,
}: PolicyTrial): TrialShape {
  return {
    ...{ conflict, record, key, scope, candidates: candidates.map(sideShape) },
    was: was && { ...was, by: authorShape(was.by) },
    ...{ would, agrees },
  }
}
