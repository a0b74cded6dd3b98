/** What an arbiter asks of the node that it works for. */
import type { Conflict, EntryHash, Grounds, PolicyDecision, ScopeAddress, Settlement } from '@folkmoot/core'
import type { Case } from '../judge.ts'

/** What a policy says of a conflict. */
export interface DocketDecision extends PolicyDecision {
  /** Where the policy was found; null if there is none. */
  readonly scope: ScopeAddress | null
}

/** A conflict that is neither resolved nor put off, and that this node may settle. */
export interface OpenConflict extends Pick<Conflict, 'id' | 'importance' | 'since' | 'claims'> {
  readonly scope: ScopeAddress
  /** Entries of its candidates. */
  readonly seen: readonly EntryHash[]
  readonly decision: DocketDecision
  /** A person took a verdict back, and nothing new was said since; or no rule can decide it. */
  readonly isLeftToPeople: boolean
  /** This node's place among the arbiters that can be reached, from 0. */
  readonly place: number
}

/** By a rule of the policy: which value that gives is worked out where the candidates are. */
export interface RuleRuling {
  readonly judge: 'rule'
  readonly decision: DocketDecision
}

export interface ModelRuling extends Grounds {
  readonly judge: 'model'
  readonly settlement: Exclude<Settlement, { undo: true }>
  readonly rationale: string
}

export type Ruling = RuleRuling | ModelRuling

/**
 * Law: what the node's agent may not read is not on it. `claim` and `settle` resolve when what they wrote survives loss
 * of power, and reject with FolkmootError `changed` if there are other candidates than those of `seen` by then.
 */
export interface Docket {
  /** All there are. Asked at the start, and when who may do what has changed. */
  open(): readonly OpenConflict[]
  find(id: string): OpenConflict | undefined
  /** All that bears on it; undefined if part of it may not be read, or is gone. */
  caseOf(id: string): Case | undefined
  /** @param until milliseconds since 1970 */
  claim(id: string, until: number, seen: readonly EntryHash[]): Promise<void>
  settle(id: string, ruling: Ruling, seen: readonly EntryHash[]): Promise<void>
}
