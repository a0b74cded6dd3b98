/** What a chat completions endpoint answers, as one document or as a stream of pieces. */
import * as v from 'valibot'
import { AttemptError, RETRY } from './attempt-error.ts'
import { endpointError } from './endpoint-error.ts'
import { eventData } from './event-stream.ts'

/** A completion, read but not judged. */
export interface Completion {
  readonly text: string
  readonly refusal: string | null
  readonly finishReason: string | null
  readonly usage: { readonly input: number; readonly output: number } | null
  readonly model: string | null
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))
const usage = v.nullish(v.object({ prompt_tokens: count, completion_tokens: count }))
const part = v.object({ content: v.nullish(v.string()), refusal: v.nullish(v.string()) })
const choice = { index: v.nullish(v.number()), finish_reason: v.nullish(v.string()) }

/** Some servers leave `choices` out, or send null, in the last piece. */
const envelope = { model: v.nullish(v.string()), usage: v.fallback(usage, null) }
const documentSchema = v.object({
  ...envelope,
  choices: v.pipe(v.array(v.object({ ...choice, message: part })), v.minLength(1)),
})
const pieceSchema = v.object({
  ...envelope,
  choices: v.nullish(v.array(v.object({ ...choice, delta: v.nullish(part) }))),
})

/** @throws AttemptError if it is none */
export function readCompletion(body: string): Completion {
  const { choices, usage: used, model } = checked(documentSchema, body)
  const first = choices[0]
  return {
    text: first?.message.content ?? '',
    refusal: first?.message.refusal ?? null,
    finishReason: first?.finish_reason ?? null,
    usage: countsOf(used),
    model: model ?? null,
  }
}

/** @throws AttemptError if a piece is none, or if the stream ends before its answer does */
export async function readCompletionStream(chunks: AsyncIterable<Uint8Array>): Promise<Completion> {
  const texts: string[] = []
  const refusals: string[] = []
  let { finishReason, usage: used, model }: Completion = EMPTY
  let done = false
  for await (const data of eventData(chunks)) {
    if (data === '[DONE]') {
      done = true
      break
    }
    const piece = checked(pieceSchema, data)
    const first = piece.choices?.find(({ index }) => (index ?? 0) === 0)
    texts.push(first?.delta?.content ?? '')
    refusals.push(first?.delta?.refusal ?? '')
    finishReason = first?.finish_reason ?? finishReason
    used = countsOf(piece.usage) ?? used
    model = piece.model ?? model
  }
  if (!done && finishReason === null) throw new AttemptError('the answer broke off', RETRY)
  return { text: texts.join(''), refusal: refusals.join('') || null, finishReason, usage: used, model }
}

const EMPTY: Completion = { text: '', refusal: null, finishReason: null, usage: null, model: null }

function checked<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> {
  const json = parsed(text)
  const reading = v.safeParse(schema, json)
  if (reading.success) return reading.output
  // An error may come with status 200, most of all in the middle of a stream.
  const { message } = endpointError(text)
  throw new AttemptError(message ?? 'the answer is no chat completion', RETRY)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AttemptError('the answer is not JSON', RETRY)
  }
}

function countsOf(used: v.InferOutput<typeof usage>): Completion['usage'] {
  return used === null || used === undefined
    ? null
    : { input: used.prompt_tokens, output: used.completion_tokens }
}
