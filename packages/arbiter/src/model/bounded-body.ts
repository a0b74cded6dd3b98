import { AttemptError, RETRY, SKIP_QUESTION } from './attempt-error.ts'

/** A body's bytes as they come. @throws AttemptError if there are more than `max`, or if the body breaks off. */
export async function* boundedBody(response: Response, max: number): AsyncGenerator<Uint8Array> {
  if (response.body === null) return
  let size = 0
  try {
    for await (const bytes of response.body) {
      size += bytes.length
      if (size > max) throw new AttemptError(`the answer is larger than ${max} bytes`, SKIP_QUESTION)
      yield bytes
    }
  } catch (error) {
    // A yield's consumer never throws in here: what comes is our own error or the transport's.
    if (error instanceof AttemptError) throw error
    throw new AttemptError('the answer broke off', RETRY, { cause: error })
  }
}

/** All of a body as text; invalid UTF-8 is replaced. @throws AttemptError likewise */
export async function bodyText(response: Response, max: number): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of boundedBody(response, max)) chunks.push(chunk)
  return new TextDecoder().decode(Buffer.concat(chunks))
}
