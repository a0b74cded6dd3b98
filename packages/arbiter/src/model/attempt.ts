/** One request to a chat completions endpoint. */
import { isAboutTheQuestion } from './about-the-question.ts'
import { type Afterwards, AttemptError, GIVE_UP, RETRY, SKIP_QUESTION } from './attempt-error.ts'
import { retryAfterMs } from './backoff.ts'
import { bodyText, boundedBody } from './bounded-body.ts'
import { type Completion, readCompletion, readCompletionStream } from './completion.ts'
import { endpointError } from './endpoint-error.ts'
import { ERROR_BYTES_MAX, RESPONSE_BYTES_MAX } from './limits.ts'

export interface AttemptOptions {
  readonly url: string
  readonly apiKey: string | null
  readonly body: string
  /** For a Retry-After that is a date: milliseconds since 1970. */
  readonly now: () => number
}

/** @throws AttemptError, or whatever the signal's abortion brings about */
export async function attempt(options: AttemptOptions, signal: AbortSignal): Promise<Completion> {
  const response = await send(options, signal)
  if (response.status >= 300) throw await refusal(response, options)
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'text/event-stream') return readCompletionStream(boundedBody(response, RESPONSE_BYTES_MAX))
  if (type === 'text/html') {
    await discard(response)
    throw new AttemptError('a web page answers there, not a model', GIVE_UP)
  }
  // Some servers answer a request for a stream as a whole, and some name no type.
  return readCompletion(await bodyText(response, RESPONSE_BYTES_MAX))
}

async function send({ url, apiKey, body }: AttemptOptions, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body,
      // A redirect would carry the texts to somebody nobody chose.
      redirect: 'manual',
      signal,
    })
  } catch (error) {
    throw new AttemptError('nobody answers there', RETRY, { cause: error })
  }
}

async function refusal(response: Response, { apiKey, now }: AttemptOptions): Promise<AttemptError> {
  const { status, headers } = response
  if (status < 400) {
    await discard(response)
    return new AttemptError(`it points elsewhere (HTTP ${status}), and redirects are not followed`, GIVE_UP)
  }
  const body = await bodyText(response, ERROR_BYTES_MAX).catch(() => '')
  const { message, code } = endpointError(body)
  const said = message === null ? '' : `: ${apiKey === null ? message : message.replaceAll(apiKey, '(key)')}`
  const detail = `${code ?? ''} ${message ?? body}`
  return new AttemptError(
    `HTTP ${status}${said}`,
    afterwards(status, detail, retryAfterMs(headers.get('retry-after'), now())),
  )
}

const BUSY: readonly number[] = [408, 409, 429]
const NOT_UNDERSTOOD: readonly number[] = [400, 422]

function afterwards(status: number, detail: string, afterMs: number | null): Afterwards {
  if (status >= 500 || BUSY.includes(status)) return { do: 'retry', afterMs }
  if (isAboutTheQuestion(status, detail)) return SKIP_QUESTION
  return NOT_UNDERSTOOD.includes(status) ? { do: 'ask-simpler', status, detail } : GIVE_UP
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined)
}
