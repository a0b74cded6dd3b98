/** Completions as bytes on the wire. */
import type { ChatRequest, FullReply, Reply, StreamManner } from './behaviour.ts'

const ID = { id: 'chatcmpl-1', created: 1_700_000_000 }

export function replyTo(request: ChatRequest, reply: Reply): FullReply {
  const said = reply(request)
  return typeof said === 'string' ? { text: said } : said
}

export function completionDocument(request: ChatRequest, reply: FullReply): string {
  const { text, refusal = null, finishReason = 'stop' } = reply
  return JSON.stringify({
    ...ID,
    object: 'chat.completion',
    model: modelName(request),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: refusal === null ? text : null, refusal },
        finish_reason: finishReason,
      },
    ],
    ...usageOf(request, reply),
  })
}

/** The events of a stream, in order; `[DONE]` not among them. */
export function completionEvents(request: ChatRequest, reply: FullReply): readonly string[] {
  const { text, refusal, finishReason = 'stop' } = reply
  const piece = (delta: object, finish: string | null = null) =>
    JSON.stringify({
      ...ID,
      object: 'chat.completion.chunk',
      model: modelName(request),
      choices: [{ index: 0, delta, finish_reason: finish }],
    })
  // Pieces of three characters, as if they were tokens.
  const deltas = [...(text.match(/[\s\S]{1,3}/gu) ?? [])].map(content => piece({ content }))
  const counted = JSON.stringify({
    ...ID,
    model: modelName(request),
    choices: [],
    ...usageOf(request, reply),
  })
  return [
    piece({ role: 'assistant', content: '' }),
    ...(refusal === undefined ? deltas : [piece({ refusal })]),
    ...(finishReason === null ? [] : [piece({}, finishReason)]),
    ...(request.body.stream_options?.include_usage === true ? [counted] : []),
  ]
}

export function eventStream(events: readonly string[], manner: StreamManner): Buffer {
  const { lineEnd = '\n', chatter = false, done = true } = manner
  const noise = chatter ? [`: keep-alive${lineEnd}`, `event: message${lineEnd}`, `id: 7${lineEnd}`] : []
  const event = (data: string) => [...noise, `data: ${data}${lineEnd}`, lineEnd]
  return Buffer.from([...events, ...(done ? ['[DONE]'] : [])].flatMap(event).join(''))
}

function modelName({ body }: ChatRequest): string {
  return `${body.model}-2026-05-01`
}

function usageOf({ body }: ChatRequest, { text, usage }: FullReply): object {
  if (usage === null) return {}
  const length = body.messages.reduce((sum, { content }) => sum + content.length, 0)
  return {
    usage: usage ?? { prompt_tokens: Math.ceil(length / 4), completion_tokens: Math.ceil(text.length / 4) },
  }
}
