/** What an arbiter is asked, and what it may answer. */
import type { Json } from '@folkmoot/core'

/** Something that was said. Its text comes from an agent: it is quoted to a model, and never obeyed. */
export interface CaseCandidate {
  /** Null when `ended`. */
  readonly value: Json
  /** True for a retraction: its author said that it is no longer true. */
  readonly ended: boolean
  readonly agent: string
  /** Name of the node. */
  readonly node: string
  /** Milliseconds since 1970, by the author's clock. */
  readonly at: number
  readonly confidence: number | null
  readonly claim: string | null
  /** Agents that say the same, its author among them. */
  readonly support: number
  readonly reason: string | null
  readonly source: string | null
}

export interface Neighbour {
  readonly key: string | null
  readonly value: Json
  readonly agent: string
  readonly at: number
}

/** A disagreement with all that bears on it. */
export interface Case {
  /** The conflict's id. */
  readonly id: string
  readonly scope: string
  readonly cause: 'concurrent-values' | 'update-versus-retract' | 'suspected-contradiction'
  /** The field in dispute: `content`, mostly. */
  readonly register: string
  readonly key: string | null
  readonly kind: string
  /** 0 to 1. */
  readonly importance: number
  /** At least two, oldest first. */
  readonly candidates: readonly CaseCandidate[]
  /** Other memories of the same scope, the nearest first. */
  readonly neighbours: readonly Neighbour[]
  /** Advice of the scope's policy to whoever judges, if it has any. Written by who may set the policy. */
  readonly advice: string | null
}

/** Candidates are counted from 1, in the order of the case. */
export type Verdict =
  | { readonly kind: 'pick'; readonly pick: number }
  | { readonly kind: 'merge'; readonly value: string }
  /** All of these hold, each under its condition. */
  | {
      readonly kind: 'context'
      readonly contexts: readonly { readonly pick: number; readonly when: string }[]
    }
  | { readonly kind: 'defer' }

export interface Tokens {
  readonly input: number
  readonly output: number
  /** Counted from the length of the texts, because the endpoint did not say. */
  readonly estimated?: boolean
}

export interface Judgement {
  readonly verdict: Verdict
  /** 0 to 1. */
  readonly confidence: number
  readonly rationale: string
  /** As the endpoint calls it. */
  readonly model: string
  /** SHA-256 of all that was sent, 64 hex digits. */
  readonly promptHash: string
  readonly tokens: Tokens
}

/** What a new statement is to what is remembered already. */
export type Operation = 'ADD' | 'UPDATE' | 'DELETE' | 'NOOP'

export interface Decision {
  readonly op: Operation
  /** Of the known memories the one that is updated, deleted or said again, counted from 0; null for ADD. */
  readonly target: number | null
  readonly reason: string
  /** 0 to 1. */
  readonly confidence: number
  /** Who decided: `ladder`, or the model's name. */
  readonly by: string
}

/** Whoever settles what rules leave open: mostly a model behind an endpoint. */
export interface Judge {
  /** For people: the model's name. */
  readonly name: string
  /**
   * Never gives a verdict outside the case: what a model says otherwise is a `defer`.
   * @throws JudgeUnavailableError if nobody answers; the signal's reason if it is aborted
   */
  judge(question: Case, signal: AbortSignal): Promise<Judgement>
  /** @throws JudgeUnavailableError likewise. Never a target outside `known`. */
  reconcile(
    statement: Neighbour,
    known: readonly Neighbour[],
    signal: AbortSignal,
  ): Promise<Decision & { readonly tokens: Tokens }>
}
