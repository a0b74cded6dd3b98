import type { ArbiterStatus, Budget, Judge } from '@folkmoot/arbiter'

/** How a node that settles disagreements goes about it. Without a judge or a model only rules decide. */
export interface ArbiterOptions {
  readonly judge?: Judge
  /** An endpoint that speaks OpenAI's chat completions protocol. Memories that are in dispute are sent there. */
  readonly model?: {
    /** Up to and without `/chat/completions`. */
    readonly url: string
    readonly name: string
    readonly apiKey?: string
    /** Whether answers are asked for in pieces: true by default. */
    readonly stream?: boolean
  }
  /** Calls and tokens of one sliding hour, counted since the node was opened. */
  readonly budget?: Partial<Budget>
  /** Judgements under way at once: 2 by default. */
  readonly concurrency?: number
  /**
   * How long a claim to be settling a conflict holds, in milliseconds: 5 minutes by default, 1 second to `CLAIM_MS_MAX`.
   * A judgement has four fifths of it. When it has run out, another arbiter takes over: less for a fast model, more for a
   * slow one.
   */
  readonly claimMs?: number
  /** Only in scopes that one of these patterns covers; wherever the node has the right by default. */
  readonly scopes?: readonly string[]
}

export interface ArbiterReport extends ArbiterStatus {
  /** False while no grant gives this node, or its agent, the right to arbitrate: then it waits for one. */
  readonly mayArbitrate: boolean
}
