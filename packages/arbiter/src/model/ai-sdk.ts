/** Judging by any language model of the AI SDK. An entry of its own, so that nobody else needs that package. */
import type { FolkmootError } from '@folkmoot/core'
import {
  APICallError,
  generateText,
  jsonSchema,
  type LanguageModel,
  type LanguageModelUsage,
  NoObjectGeneratedError,
  Output,
  RetryError,
} from 'ai'
import type { Judge } from '../judge.ts'
import { JudgeUnavailableError } from '../judge-unavailable-error.ts'
import { isAboutTheQuestion } from './about-the-question.ts'
import { retryAfterMs } from './backoff.ts'
import type { Answer, Question } from './chat.ts'
import { judgeOver } from './judge-over.ts'
import { ERROR_CHARACTERS_MAX, OUTPUT_TOKENS_MAX, RETRIES, TIMEOUT_MS } from './limits.ts'
import { paragraph } from './plain-text.ts'
import { tokensOf } from './tokens.ts'
import { UnusableAnswerError } from './unusable-answer-error.ts'

export interface JudgeWithOptions {
  /** For one answer with all its retries. */
  readonly timeoutMs?: number
  readonly retries?: number
  readonly maxOutputTokens?: number
}

/** The same prompts and the same checks as with an endpoint of one's own; transport and retries are the AI SDK's. */
export function judgeWith(model: LanguageModel, options: JudgeWithOptions = {}): Judge {
  return judgeOver({
    name: typeof model === 'string' ? model : model.modelId,
    ask: (question, signal) => ask(model, question, options, signal),
  })
}

async function ask(
  model: LanguageModel,
  question: Question,
  { timeoutMs = TIMEOUT_MS, retries = RETRIES, maxOutputTokens = OUTPUT_TOKENS_MAX }: JudgeWithOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const late = AbortSignal.timeout(timeoutMs)
  const said = (role: string) => question.messages.find(message => message.role === role)?.content ?? ''
  try {
    const { text, finishReason, usage, finalStep } = await generateText({
      model,
      instructions: said('system'),
      prompt: said('user'),
      output: Output.object({ schema: jsonSchema(question.schema.schema), name: question.schema.name }),
      temperature: 0,
      maxOutputTokens,
      maxRetries: retries,
      abortSignal: AbortSignal.any([signal, late]),
    })
    return answerOf(question, { text, finishReason, usage, model: finalStep.response.modelId })
  } catch (error) {
    signal.throwIfAborted()
    const { text, usage, finishReason, response } = NoObjectGeneratedError.isInstance(error) ? error : NOTHING
    if (usage !== undefined && finishReason !== undefined)
      return answerOf(question, { text: text ?? '', finishReason, usage, model: response?.modelId ?? '' })
    throw failure(error, late.aborted ? `no answer within ${timeoutMs} ms` : null)
  }
}

const NOTHING = { text: undefined, usage: undefined, finishReason: undefined, response: undefined }

interface Generated {
  readonly text: string
  readonly finishReason: string
  readonly usage: LanguageModelUsage
  readonly model: string
}

function answerOf(question: Question, { text, finishReason, usage, model }: Generated): Answer {
  const { inputTokens: input, outputTokens: output } = usage
  const counted = input === undefined || output === undefined ? null : { input, output }
  const tokens = tokensOf(question, text, counted)
  const finish = finishReason === 'content-filter' ? 'refused' : finishReason === 'length' ? 'length' : 'stop'
  return { text, finish, tokens, model }
}

/** Nobody answers, or nobody answers this. */
function failure(error: unknown, late: string | null): FolkmootError {
  const last = RetryError.isInstance(error) ? error.lastError : error
  const said = late ?? paragraph(last instanceof Error ? last.message : 'it failed', ERROR_CHARACTERS_MAX)
  if (!APICallError.isInstance(last)) return new JudgeUnavailableError(`the model does not answer: ${said}`)
  const { statusCode = 0, responseBody = '', responseHeaders = {} } = last
  if (isAboutTheQuestion(statusCode, `${last.message} ${responseBody}`)) return new UnusableAnswerError(said)
  const afterMs = retryAfterMs(responseHeaders['retry-after'] ?? null, Date.now())
  return new JudgeUnavailableError(`the model does not answer: ${said}`, afterMs)
}
