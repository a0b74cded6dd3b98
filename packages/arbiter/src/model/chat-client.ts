/**
 * A client for endpoints that speak OpenAI's chat completions protocol: OpenAI, Ollama, vLLM, llama.cpp, LM Studio.
 *
 *   ask ─▶ attempt ─▶ answer
 *             │ fails
 *             ├─ less was understood ─▶ ask for less, at once
 *             ├─ busy, broken, late  ─▶ wait, and again
 *             ├─ this question only  ─▶ UnusableAnswerError
 *             └─ else, or too often  ─▶ JudgeUnavailableError
 */
import { setTimeout as wait } from 'node:timers/promises'
import { UsageError } from '@folkmoot/core'
import { JudgeUnavailableError } from '../judge-unavailable-error.ts'
import { attempt } from './attempt.ts'
import { AttemptError, RETRY } from './attempt-error.ts'
import { backoffMs } from './backoff.ts'
import type { Answer, Chat, Question } from './chat.ts'
import type { Completion } from './completion.ts'
import { type Dialect, FULL_DIALECT, requestBody, simplerDialect } from './dialect.ts'
import {
  MODEL_NAME_CHARACTERS_MAX,
  OUTPUT_TOKENS_MAX,
  RETRIES,
  RETRY_WAIT_MS_MAX,
  TIMEOUT_MS,
} from './limits.ts'
import { parseEndpoint } from './model-address.ts'
import { paragraph } from './plain-text.ts'
import { tokensOf } from './tokens.ts'
import { UnusableAnswerError } from './unusable-answer-error.ts'

export interface ChatOptions {
  /** Up to and without `/chat/completions`. */
  readonly url: string
  readonly model: string
  readonly apiKey?: string
  /** For each attempt, until its last byte. */
  readonly timeoutMs?: number
  /** Whether the answer is asked for in pieces: keeps connections alive that close when nothing comes. */
  readonly stream?: boolean
  readonly retries?: number
  readonly maxOutputTokens?: number
  /** In [0, 1). */
  readonly random?: () => number
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** @throws UsageError if the address or the key is none */
export function createChatClient(options: ChatOptions): Chat {
  const { model, apiKey = null, timeoutMs = TIMEOUT_MS, stream = false, retries = RETRIES } = options
  const {
    maxOutputTokens = OUTPUT_TOKENS_MAX,
    random = Math.random,
    sleep = sleepFor,
    now = Date.now,
  } = options
  const url = parseEndpoint(options.url)
  if (apiKey !== null && !/^[\x21-\x7e]+$/.test(apiKey)) throw new UsageError("that is no model's key")
  let dialect = FULL_DIALECT

  async function once(question: Question, speaking: Dialect, signal: AbortSignal): Promise<Completion> {
    const body = requestBody(question, speaking, { model, stream, maxOutputTokens })
    const late = AbortSignal.timeout(timeoutMs)
    try {
      return await attempt({ url, apiKey, body, now }, AbortSignal.any([signal, late]))
    } catch (error) {
      signal.throwIfAborted()
      throw late.aborted ? new AttemptError(`no answer within ${timeoutMs} ms`, RETRY) : error
    }
  }

  /** What to do after a failure: nothing if another attempt makes sense. `waits` is how many there were so far. */
  async function recover(error: unknown, waits: number, signal: AbortSignal): Promise<void> {
    if (!(error instanceof AttemptError)) throw error
    const { message, after } = error
    if (after.do === 'skip-question') throw new UnusableAnswerError(message)
    if (after.do !== 'retry') throw new JudgeUnavailableError(`${model} does not answer: ${message}`)
    const ms = Math.max(backoffMs(waits, random()), after.afterMs ?? 0)
    if (waits >= retries || ms > RETRY_WAIT_MS_MAX)
      throw new JudgeUnavailableError(`${model} does not answer: ${message}`, after.afterMs)
    await sleep(ms, signal)
    signal.throwIfAborted()
  }

  /** A simpler dialect that may do, if the failure is about that. */
  function simpler(error: unknown, tried: Dialect): Dialect | null {
    if (!(error instanceof AttemptError) || error.after.do !== 'ask-simpler') return null
    return simplerDialect(tried, error.after.status, error.after.detail)
  }

  async function completed(question: Question, signal: AbortSignal): Promise<Completion> {
    let speaking = dialect
    let waits = 0
    for (;;) {
      signal.throwIfAborted()
      try {
        const completion = await once(question, speaking, signal)
        dialect = speaking
        return completion
      } catch (error) {
        signal.throwIfAborted()
        // Every dialect is simpler than the one before, so this ends.
        const next = simpler(error, speaking)
        if (next === null) await recover(error, waits++, signal)
        else speaking = next
      }
    }
  }

  return {
    name: model,
    ask: async (question, signal) => answerOf(await completed(question, signal), question, model),
  }
}

function answerOf(completion: Completion, question: Question, model: string): Answer {
  const { text, refusal, finishReason, usage } = completion
  return {
    text,
    finish:
      refusal !== null || finishReason === 'content_filter'
        ? 'refused'
        : finishReason === 'length'
          ? 'length'
          : 'stop',
    tokens: tokensOf(question, text, usage),
    model: paragraph(completion.model ?? '', MODEL_NAME_CHARACTERS_MAX) || model,
  }
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}
