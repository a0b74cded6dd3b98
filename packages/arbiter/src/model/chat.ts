/** What it takes to ask a model something, whatever it is behind. */
import type { Tokens } from '../judge.ts'

export interface Message {
  readonly role: 'system' | 'user'
  readonly content: string
}

export interface Question {
  readonly messages: readonly Message[]
  /** What the answer has to look like, as JSON Schema. It is in the prompt too: not every endpoint heeds it here. */
  readonly schema: AnswerSchema
}

export interface AnswerSchema {
  readonly name: string
  readonly schema: { readonly [key: string]: unknown }
}

export interface TokenCount extends Tokens {
  /** True if the endpoint did not count them: then it is characters divided by four. */
  readonly estimated: boolean
}

export interface Answer {
  readonly text: string
  /** `length`: cut off at the limit of tokens. `refused`: the model or its provider would not answer. */
  readonly finish: 'stop' | 'length' | 'refused'
  readonly tokens: TokenCount
  /** As the endpoint calls it. */
  readonly model: string
}

export interface Chat {
  readonly name: string
  /**
   * @throws JudgeUnavailableError if nobody answers
   * @throws UnusableAnswerError if this question has no answer there, while others may
   * @throws the signal's reason if it is aborted
   */
  ask(question: Question, signal: AbortSignal): Promise<Answer>
}
