/** What a policy would have made of the disagreements that there were: a question before it is set. */
import {
  canonicalJson,
  compareTime,
  DEFAULT_SCOPE,
  type DocumentRow,
  importanceIn,
  type Json,
  newest,
  POLICY,
  type Policy,
  policyWarnings,
  resolveSiblings,
  type ScopeAddress,
  type SettlementMark,
  type Sibling,
  SUSPICION,
  settlementsIn,
} from '@folkmoot/core'
import { cautionAmong } from '../beliefs/caution.ts'
import { directivesInDispute, type IsDirective, weighedStatements } from '../beliefs/weighed-statements.ts'
import { conflictReports, sidesOf } from '../conflict-report.ts'
import type { ConflictReport } from '../conflict-reports.ts'
import type { Policies } from '../policies.ts'
import type { PolicyTest, PolicyTrial } from '../policy-reports.ts'
import { authorship, type Presenter } from '../present.ts'
import type { Sight } from '../sight.ts'
import { suspectsOf } from '../suspects.ts'
import { type Decision, decisionOf } from './decision.ts'

export interface TestParts {
  readonly sight: Sight
  readonly policies: Policies
  readonly presenter: Presenter
  /** That members act as. */
  readonly agents: () => ReadonlySet<string>
}

/** Every settlement counts that was not taken back or overruled, and every conflict that is open or put off. */
export function testPolicy(policy: Policy, scope: ScopeAddress, parts: TestParts): PolicyTest {
  const rows = parts.sight.list({ conflict: 'any', limit: Number.MAX_SAFE_INTEGER })
  const governed = rows.filter(row => isGoverned(row, scope, parts.policies))
  const presenter: Presenter = { ...parts.presenter, policyOf: () => ({ scope, policy }) }
  const trials = governed.flatMap(row => trialsOf(row, { ...parts, presenter }))
  return { trials, ...totalsOf(trials), warnings: policyWarnings(policy, parts.agents()) }
}

/** A scope without a policy of its own goes by that of the default scope. */
function isGoverned(row: DocumentRow, scope: ScopeAddress, policies: Policies): boolean {
  if (row.scope === scope) return true
  return scope === DEFAULT_SCOPE && policies.own(row.scope) === undefined
}

function trialsOf(row: DocumentRow, parts: TestParts): readonly PolicyTrial[] {
  const { presenter } = parts
  const now = conflictReports(row, presenter).flatMap(report => {
    if (report.register === SUSPICION) return trialOfSuspects(row, report, presenter)
    return report.status === 'resolved' ? [] : trialNow(row, report, presenter)
  })
  const then = settledIn(row, parts).map(({ register, mark }) => trialThen(row, register, mark, presenter))
  // What a policy says is not for it to decide.
  return row.type === 'note' && row.registers[POLICY] !== undefined ? [] : [...then, ...now]
}

/** Verdicts, and statements made in sight of a disagreement, that nobody took back. */
function settledIn(row: DocumentRow, { sight }: TestParts) {
  const document = sight.open(row)
  const all = settlementsIn(
    document.changes(),
    entry => document.change(entry),
    (entry, register) => document.sibling(entry, register),
  )
  const undone = all.flatMap(({ mark }) => mark.undoes)
  const overruled = row.conflicts.flatMap(conflict => conflict.overruled.map(({ entry }) => entry))
  return all.filter(
    ({ register, mark: { kind, superseded, by } }) =>
      register !== SUSPICION &&
      kind !== 'defer' &&
      kind !== 'undo' &&
      superseded.length > 1 &&
      !undone.includes(by.entry) &&
      !overruled.includes(by.entry),
  )
}

function trialThen(row: DocumentRow, register: string, mark: SettlementMark, by: Presenter): PolicyTrial {
  const { kind, judge, chosen: value, superseded } = mark
  const candidates = sidesOf(row, { register, candidates: superseded }, by)
  const id = `${row.id}.${register}`
  const cause = superseded.some(({ ended }) => ended) ? 'update-versus-retract' : 'concurrent-values'
  // The register's own, since the conflict of then may have left the row.
  const importance = importanceIn(row.registers.importance)
  return trial({
    about: { conflict: id, ...placeOf(row), candidates },
    siblings: superseded,
    isDirective: directivesInDispute([row], register, superseded, by.changeAt),
    was: {
      ...{ kind, judge, value, caution: cautionAmong(candidates, value) },
      by: authorship(by.members, mark.by.node, mark.by.at, mark.by.entry),
    },
    decision: decisionOf(row.scope, [row], { register, cause, importance }, by.policyOf, by),
    by,
  })
}

function trialNow(row: DocumentRow, report: ConflictReport, by: Presenter): PolicyTrial {
  const siblings = row.conflicts.find(({ id }) => id === report.id)?.candidates ?? []
  return trial({
    ...{ about: { conflict: report.id, ...placeOf(row), candidates: report.candidates }, siblings, by },
    isDirective: directivesInDispute([row], report.register, siblings, by.changeAt),
    was: wasOf(report, by),
    decision: decisionOf(row.scope, [row], report, by.policyOf, by),
  })
}

/** The later of two memories is the one that was said later; and so on for each rule. */
function trialOfSuspects(row: DocumentRow, report: ConflictReport, by: Presenter): PolicyTrial {
  const suspects = suspectsOf(row, by.rowOf) ?? []
  const contents = suspects.map(({ registers }) => registers.content ?? [])
  const isDirective = directivesInDispute(suspects, SUSPICION, contents.flat(), by.changeAt)
  const siblings = contents
    .flatMap(content => newest(weighedStatements(content, isDirective)) ?? [])
    .sort((a, b) => compareTime(a, b))
  return trial({
    ...{ about: { conflict: report.id, ...placeOf(row), candidates: report.candidates }, siblings, by },
    ...{ isDirective, was: wasOf(report, by) },
    decision: decisionOf(row.scope, suspects, report, by.policyOf, by),
  })
}

function wasOf({ resolution }: ConflictReport, { members }: Presenter): PolicyTrial['was'] {
  if (resolution === null) return null
  const { kind, judge, value, caution, node, at, entry } = resolution
  return { kind, judge, value, caution, by: authorship(members, node, at, entry) }
}

function placeOf({ id: record, key, scope }: DocumentRow) {
  return { record, key, scope }
}

interface TrialParts {
  readonly about: Pick<PolicyTrial, 'conflict' | 'record' | 'key' | 'scope' | 'candidates'>
  /** Oldest first. */
  readonly siblings: readonly Sibling[]
  readonly isDirective: IsDirective
  readonly was: PolicyTrial['was']
  readonly decision: Decision
  readonly by: Presenter
}

function trial({ about, siblings, isDirective, was, decision, by }: TrialParts): PolicyTrial {
  const { rule, clause, resolver, order } = decision
  if (rule === 'arbiter' || rule === 'person' || clause === null) {
    return { ...about, was, would: { rule, clause, value: null, caution: null }, agrees: wasLeft(was, rule) }
  }
  const agentOf = ({ node }: Sibling) => by.members.member(node)?.agent ?? ''
  const value = resolveSiblings(weighedStatements(siblings, isDirective), resolver, {
    authority: order,
    agentOf,
  })
  return {
    ...about,
    was,
    would: { rule, clause, value, caution: cautionAmong(about.candidates, value) },
    agrees: isValue(was, value),
  }
}

/** True if somebody of that kind judged it, or nobody has yet. */
function wasLeft(was: PolicyTrial['was'], rule: Decision['rule']): boolean {
  if (was === null || was.kind === 'defer') return true
  return rule === 'arbiter' ? was.judge !== 'rule' : was.judge === 'person'
}

function isValue(was: PolicyTrial['was'], value: Json): boolean {
  return was !== null && was.kind !== 'defer' && canonicalJson(was.value) === canonicalJson(value)
}

function totalsOf(trials: readonly PolicyTrial[]): Omit<PolicyTest, 'trials' | 'warnings'> {
  const rules: Record<string, { total: number; changes: number }> = {}
  for (const { would, agrees } of trials) {
    const name = would.clause === null ? 'none' : would.rule
    const { total, changes } = rules[name] ?? { total: 0, changes: 0 }
    rules[name] = { total: total + 1, changes: changes + (agrees ? 0 : 1) }
  }
  return { total: trials.length, changes: trials.filter(({ agrees }) => !agrees).length, rules }
}
