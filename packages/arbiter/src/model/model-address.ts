import { UsageError } from '@folkmoot/core'
import { MODEL_NAME_CHARACTERS_MAX } from './limits.ts'

/** Where a model is asked, and what it is called there. */
export interface ModelAddress {
  /** Up to and without `/chat/completions`, and without a slash at its end. */
  readonly url: string
  readonly name: string
}

const FORM = 'write URL#NAME, such as http://127.0.0.1:11434/v1#llama3.1'

/**
 * Reads `URL#NAME`. Secrets have no place in it: addresses end up in process lists, shell histories and logs.
 * @throws UsageError
 */
export function parseModelAddress(text: string): ModelAddress {
  const hash = text.indexOf('#')
  if (hash < 0) throw new UsageError(`a model needs a name after its address: ${FORM}`)
  const name = text.slice(hash + 1)
  if (
    name === '' ||
    name !== name.trim() ||
    /\p{Cc}|#/u.test(name) ||
    name.length > MODEL_NAME_CHARACTERS_MAX
  )
    throw new UsageError(`that is no model name: ${FORM}`)
  return { url: parseEndpoint(text.slice(0, hash)), name }
}

/** @throws UsageError if it is not an address of http or https, or holds more than host and path. */
export function parseEndpoint(text: string): string {
  const url = URL.parse(text)
  if (url === null) throw new UsageError(`that is no address: ${FORM}`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UsageError(`a model is asked over http or https, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '')
    throw new UsageError("a model's address cannot hold a user name or a password: give a key on its own")
  if (url.search !== '' || url.hash !== '')
    throw new UsageError(`a model's address ends with its path, without ? or a second #: ${FORM}`)
  if (/\/chat\/completions\/*$/.test(url.pathname))
    throw new UsageError(`leave /chat/completions off a model's address: ${FORM}`)
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}
