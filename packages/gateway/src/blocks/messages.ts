/**
 * The y-websocket protocol. Every message begins with its kind:
 *
 *   0 sync       0 what I have (a state vector) · 1 what you lack · 2 what was typed
 *   1 awareness  presences: who is here, and where their cursors are
 *   3 ask for all presences
 *
 * Either side opens with `what I have`, and the other answers with `what you lack`.
 */
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'

const SYNC = 0
const AWARENESS = 1
const ASK_AWARENESS = 3
const HAVE = 0
const LACK = 1
const TYPED = 2

export type Message =
  | { readonly kind: 'have'; readonly stateVector: Uint8Array }
  | { readonly kind: 'update'; readonly update: Uint8Array }
  | { readonly kind: 'awareness'; readonly presences: Uint8Array }
  | { readonly kind: 'ask-awareness' }

/** Undefined for kinds that are not of this protocol. @throws if the bytes end early */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  const input = createDecoder(bytes)
  const kind = readVarUint(input)
  if (kind === AWARENESS) return { kind: 'awareness', presences: readVarUint8Array(input) }
  if (kind === ASK_AWARENESS) return { kind: 'ask-awareness' }
  if (kind !== SYNC) return undefined
  const step = readVarUint(input)
  if (step === HAVE) return { kind: 'have', stateVector: readVarUint8Array(input) }
  return step === LACK || step === TYPED ? { kind: 'update', update: readVarUint8Array(input) } : undefined
}

export function haveMessage(stateVector: Uint8Array): Uint8Array {
  return message(stateVector, SYNC, HAVE)
}

export function lackMessage(update: Uint8Array): Uint8Array {
  return message(update, SYNC, LACK)
}

export function typedMessage(update: Uint8Array): Uint8Array {
  return message(update, SYNC, TYPED)
}

export function awarenessMessage(presences: Uint8Array): Uint8Array {
  return message(presences, AWARENESS)
}

function message(content: Uint8Array, ...kinds: readonly number[]): Uint8Array {
  const out = createEncoder()
  for (const kind of kinds) writeVarUint(out, kind)
  writeVarUint8Array(out, content)
  return toUint8Array(out)
}
