import type { ServerResponse } from 'node:http'
import type { Behaviour, ChatRequest } from './behaviour.ts'
import { completionDocument, completionEvents, eventStream, replyTo } from './completion-text.ts'

const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** Does to one request what a behaviour says. */
export function perform(behaviour: Behaviour, request: ChatRequest, response: ServerResponse): void {
  switch (behaviour.do) {
    case 'answer':
      answerIt(behaviour, request, response)
      break
    case 'say':
      send(response, 200, behaviour.body, { 'content-type': behaviour.type ?? 'application/json' })
      break
    case 'fail':
      sendError(response, behaviour.status, behaviour.message ?? 'it failed', behaviour.code ?? null)
      break
    case 'busy':
      response.setHeader('retry-after', behaviour.retryAfter)
      sendError(response, 429, 'Rate limit reached', 'rate_limit_exceeded')
      break
    case 'redirect':
      send(response, 307, '', { location: behaviour.to })
      break
    case 'hang':
      begin(response, behaviour.after)
      break
    case 'break-off':
      begin(response, behaviour.after)
      // What was written has to be on its way before the connection ends.
      setImmediate(() => response.socket?.destroySoon())
      break
    case 'truncate': {
      const events = completionEvents(request, { ...replyTo(request, behaviour.reply), finishReason: null })
      send(response, 200, eventStream(events, { done: false }), EVENTS)
      break
    }
    case 'flood':
      flood(response, behaviour.bytes)
      break
    case 'refuse-members': {
      const refused = behaviour.refuses(request.body)
      if (refused === null) perform(behaviour.else, request, response)
      else sendError(response, behaviour.status ?? 400, refused, 'invalid_request_error')
    }
  }
}

function answerIt(
  { reply, manner = {} }: Behaviour & { readonly do: 'answer' },
  request: ChatRequest,
  response: ServerResponse,
): void {
  const said = replyTo(request, reply)
  if (request.body.stream !== true) {
    send(response, 200, completionDocument(request, said), { 'content-type': 'application/json' })
    return
  }
  const bytes = eventStream(completionEvents(request, said), manner)
  response.writeHead(200, EVENTS)
  for (const piece of pieces(bytes, manner.pieceBytes ?? bytes.length)) response.write(piece)
  response.end()
}

function begin(response: ServerResponse, after: 'nothing' | 'headers' | 'some'): void {
  if (after === 'nothing') return
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.flushHeaders()
  if (after === 'some') response.write('{"choices":[{"message":')
}

function flood(response: ServerResponse, bytes: number): void {
  const block = Buffer.alloc(64 * 1024, ' ')
  response.writeHead(200, { 'content-type': 'application/json' })
  const go = (left: number): void => {
    if (left <= 0) response.end()
    else if (!response.destroyed) response.write(block, () => go(left - block.length))
  }
  go(bytes)
}

function sendError(response: ServerResponse, status: number, message: string, code: string | null): void {
  const error = { message, type: 'error', param: null, code }
  send(response, status, JSON.stringify({ error }), { 'content-type': 'application/json' })
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: { readonly [name: string]: string },
): void {
  response.writeHead(status, headers)
  response.end(body)
}

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
