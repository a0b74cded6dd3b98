/** What an arbiter's machine remembers, what it is told, and what it wants done. Times are milliseconds since 1970. */
import type { EntryHash, ErrorCode, ScopeAddress } from '@folkmoot/core'
import type { Case, Judgement } from '../judge.ts'
import { type Breaker, CLOSED } from './breaker.ts'
import type { OpenConflict, Ruling } from './docket.ts'
import type { Matter } from './matter.ts'
import type { Settings } from './settings.ts'
import type { Call } from './spending.ts'

/** Since the start. */
export interface Tallies {
  readonly byRule: number
  readonly byModel: number
  readonly deferred: number
  /** Calls that gave no verdict, and what could not be written. */
  readonly failed: number
  /** Other candidates came while it was at a conflict. */
  readonly changed: number
  /** Somebody else had claimed it too, and went first. */
  readonly yielded: number
  /** Taken up after somebody else's claim had run out. */
  readonly takenOver: number
  /** Verdicts on calls that had been given up. */
  readonly unused: number
  /** Gone on with after a restart, or a failure, under a claim of its own. */
  readonly resumed: number
}

export interface ArbiterState {
  readonly settings: Settings
  /** Those that this arbiter is to settle. */
  readonly matters: ReadonlyMap<string, Matter>
  readonly breaker: Breaker
  /** Of the last hour, oldest first. */
  readonly calls: readonly Call[]
  readonly nextCall: number
  readonly tallies: Tallies
  readonly lastError: string | null
  readonly lastVerdictAt: number | null
}

/** What the docket says of a conflict now; undefined if it is not on it. */
export type Look = readonly [id: string, conflict: OpenConflict | undefined]

/** What became of something that was to be written. */
export interface Outcome {
  readonly id: string
  readonly failure?: { readonly code: ErrorCode; readonly message: string }
}

export type ArbiterEvent = { readonly at: number } & (
  | { readonly event: 'tick' }
  /** Every outcome comes with a look that is not older than it. */
  | { readonly event: 'news'; readonly looks: readonly Look[]; readonly outcomes: readonly Outcome[] }
  | {
      readonly event: 'verdict'
      readonly id: string
      readonly call: number
      readonly judgement: Judgement
      readonly cause: Case['cause']
    }
  | {
      readonly event: 'failure'
      readonly id: string
      readonly call: number
      readonly message: string
      readonly retryAfterMs: number | null
    }
  /** The judge broke off, and nobody here had asked it to. */
  | { readonly event: 'aborted'; readonly id: string; readonly call: number }
  /** The judge is asked something else than a conflict, on the same budget: the call gets the next number. */
  | { readonly event: 'asked'; readonly scope: ScopeAddress }
  | { readonly event: 'answered'; readonly call: number; readonly tokens: number }
  | { readonly event: 'unanswered'; readonly message: string; readonly retryAfterMs: number | null }
  /** There is nothing that could be put before the judge. */
  | { readonly event: 'no-case'; readonly id: string; readonly call: number }
)

export type Effect =
  | { readonly do: 'claim'; readonly id: string; readonly until: number; readonly seen: readonly EntryHash[] }
  | { readonly do: 'judge'; readonly id: string; readonly call: number }
  | { readonly do: 'cancel'; readonly call: number }
  | {
      readonly do: 'settle'
      readonly id: string
      readonly ruling: Ruling
      readonly seen: readonly EntryHash[]
    }

const NO_TALLIES: Tallies = {
  byRule: 0,
  byModel: 0,
  deferred: 0,
  failed: 0,
  changed: 0,
  yielded: 0,
  takenOver: 0,
  unused: 0,
  resumed: 0,
}

export function newArbiterState(settings: Settings): ArbiterState {
  return {
    settings,
    matters: new Map(),
    breaker: CLOSED,
    calls: [],
    nextCall: 1,
    tallies: NO_TALLIES,
    lastError: null,
    lastVerdictAt: null,
  }
}
