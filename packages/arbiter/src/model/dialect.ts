/**
 * What an endpoint makes of our requests. All speak the same protocol, and each leaves something out: we begin with
 * everything and drop what it refuses. What was learned is kept for the next question.
 */
import type { Question } from './chat.ts'

export interface Dialect {
  readonly format: 'json_schema' | 'json_object' | 'none'
  /** Newer models of OpenAI refuse the older name, and older servers ignore the newer. */
  readonly limit: 'max_tokens' | 'max_completion_tokens'
  /** Reasoning models take no temperature but their own. */
  readonly temperature: boolean
  /** Whether a stream is asked to say how many tokens it took. */
  readonly streamUsage: boolean
}

export const FULL_DIALECT: Dialect = {
  format: 'json_schema',
  limit: 'max_tokens',
  temperature: true,
  streamUsage: true,
}

/** Statuses that say that a request was not understood. */
const NOT_UNDERSTOOD: readonly number[] = [400, 422]

/** The dialect to try after a refusal, or null if the refusal is not about that. */
export function simplerDialect(dialect: Dialect, status: number, message: string): Dialect | null {
  if (!NOT_UNDERSTOOD.includes(status)) return null
  if (/response_format|json_schema|json_object|\bgrammar\b|\bschema\b/i.test(message))
    return lessFormat(dialect)
  if (/max_completion_tokens/i.test(message) && dialect.limit === 'max_tokens')
    return { ...dialect, limit: 'max_completion_tokens' }
  if (/stream_options|include_usage/i.test(message) && dialect.streamUsage)
    return { ...dialect, streamUsage: false }
  if (/\btemperature\b/i.test(message) && dialect.temperature) return { ...dialect, temperature: false }
  return null
}

function lessFormat(dialect: Dialect): Dialect | null {
  if (dialect.format === 'none') return null
  return { ...dialect, format: dialect.format === 'json_schema' ? 'json_object' : 'none' }
}

export interface BodyOptions {
  readonly model: string
  readonly stream: boolean
  readonly maxOutputTokens: number
}

export function requestBody(question: Question, dialect: Dialect, options: BodyOptions): string {
  return JSON.stringify({
    model: options.model,
    messages: question.messages,
    [dialect.limit]: options.maxOutputTokens,
    ...(dialect.temperature ? { temperature: 0 } : {}),
    stream: options.stream,
    ...(options.stream && dialect.streamUsage ? { stream_options: { include_usage: true } } : {}),
    ...formatOf(question, dialect),
  })
}

function formatOf({ schema: { name, schema } }: Question, { format }: Dialect): object {
  if (format === 'none') return {}
  if (format === 'json_object') return { response_format: { type: 'json_object' } }
  return { response_format: { type: 'json_schema', json_schema: { name, strict: true, schema } } }
}
