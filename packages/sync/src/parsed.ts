import { MalformedError, TooLargeError } from '@folkmoot/core'
import { decodeMessage, VersionError } from './messages.ts'
import type { SessionEvent } from './session-state.ts'

/** What a peer sent, as the event that it is. */
export function parsed(bytes: Uint8Array): SessionEvent {
  try {
    return { kind: 'message', message: decodeMessage(bytes), size: bytes.length }
  } catch (error) {
    return unreadable(error)
  }
}

export function unreadable(error: unknown): SessionEvent {
  if (error instanceof VersionError) return { kind: 'unreadable', code: 'version', reason: error.message }
  if (error instanceof MalformedError || error instanceof TooLargeError) {
    return { kind: 'unreadable', code: 'malformed', reason: error.message.slice(0, 200) }
  }
  throw error
}
