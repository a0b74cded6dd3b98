/** What rules leave open: how texts relate, and judging by a model. */
export type { ArbiterParts } from './arbiter/arbiter.ts'
export { Arbiter } from './arbiter/arbiter.ts'
export type {
  Docket,
  DocketDecision,
  ModelRuling,
  OpenConflict,
  RuleRuling,
  Ruling,
} from './arbiter/docket.ts'
export type { Budget, Times } from './arbiter/settings.ts'
export type { ArbiterStatus } from './arbiter/status.ts'
export type { Timers } from './arbiter/timers.ts'
export type {
  Case,
  CaseCandidate,
  Decision,
  Judge,
  Judgement,
  Neighbour,
  Operation,
  Tokens,
  Verdict,
} from './judge.ts'
export { JudgeUnavailableError } from './judge-unavailable-error.ts'
export { read } from './ladder/read.ts'
export { reconcile } from './ladder/reconcile.ts'
export type { Read } from './ladder/relate.ts'
export { relate, relateRead } from './ladder/relate.ts'
export type { Evidence, Relation, Rung, Statement } from './ladder/statement.ts'
export { CONNECTING_WORDS } from './model/connecting-words.ts'
export { KNOWN_MAX, NEIGHBOURS_MAX } from './model/limits.ts'
export type { ModelAddress } from './model/model-address.ts'
export { parseModelAddress } from './model/model-address.ts'
export type { ModelJudgeOptions } from './model/model-judge.ts'
export { createModelJudge } from './model/model-judge.ts'
