/**
 * A server that speaks OpenAI's chat completions protocol on loopback, and does what its script says: for tests of what
 * asks a model, and for showing it without one. It answers over real HTTP; only the model is played.
 *
 *   const server = await startOpenAiServer([{ do: 'busy', retryAfter: '1' }, answer(request => ...)])
 *   server.url        // http://127.0.0.1:PORT/v1
 *   server.requests   // what was asked, as it came
 *   await server.close()
 *
 * Each request takes the next behaviour; the last one stays.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Behaviour, ChatRequest } from './openai-server/behaviour.ts'
import { perform } from './openai-server/perform.ts'

export interface OpenAiServer {
  /** With its `/v1`. */
  readonly url: string
  readonly requests: readonly ChatRequest[]
  /** Replaces what is left of the script. */
  follow(script: readonly Behaviour[]): void
  /** Settles once `count` requests have come in. */
  asked(count: number): Promise<void>
  close(): Promise<void>
}

export async function startOpenAiServer(script: readonly Behaviour[]): Promise<OpenAiServer> {
  const requests: ChatRequest[] = []
  const waiting: { readonly count: number; readonly tell: () => void }[] = []
  let left = [...script]

  const http = createServer((message, response) => {
    void requestOf(message).then(request => {
      requests.push(request)
      for (const { count, tell } of waiting) if (requests.length >= count) tell()
      const behaviour = left.length > 1 ? left.shift() : left[0]
      perform(behaviour ?? { do: 'fail', status: 500 }, request, response)
    })
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    requests,
    follow(next) {
      left = [...next]
    },
    asked(count) {
      if (requests.length >= count) return Promise.resolve()
      return new Promise(tell => waiting.push({ count, tell }))
    },
    close() {
      http.closeAllConnections()
      return new Promise(resolve => http.close(() => resolve()))
    },
  }
}

async function requestOf(message: IncomingMessage): Promise<ChatRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    body: text === '' ? { model: '', messages: [] } : JSON.parse(text),
  }
}
