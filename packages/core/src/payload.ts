/** What an entry's payload turns out to be, for this node: a relay holds many that it cannot read. */
import { type Body, decodeBody } from './body.ts'
import { type Entry, encodeHeader, type Header } from './entry.ts'
import { MalformedError } from './errors.ts'
import { type Keyring, unseal } from './sealing.ts'

export type Opened =
  | { readonly kind: 'body'; readonly body: Body }
  /** It can count on no node. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** The payload is gone. */
  | { readonly kind: 'gone' }
  /** Its key is not here. */
  | { readonly kind: 'sealed' }

const GONE: Opened = { kind: 'gone' }
const SEALED: Opened = { kind: 'sealed' }

export function openPayload(entry: Entry, keyring: Keyring | undefined): Opened {
  const { payload } = entry.bytes
  if (payload === null) return GONE
  if (entry.epoch === 0) return read(payload)
  const key = keyring?.find(entry.scope, entry.epoch)
  if (key === undefined) return SEALED
  const text = unseal(key, sealedWith(entry), payload)
  // Two keys with one number can be made: whose key opens it may still come, so it is not rejected for good.
  return text === undefined ? SEALED : read(text)
}

/** What a payload is bound to: all that its header says but for the hash of the sealed payload itself. */
export function sealedWith(header: Header): Uint8Array {
  return encodeHeader({ ...header, payloadHash: '' })
}

function read(text: Uint8Array): Opened {
  try {
    return { kind: 'body', body: decodeBody(text) }
  } catch (error) {
    if (error instanceof MalformedError) return { kind: 'unreadable', reason: error.message }
    throw error
  }
}
