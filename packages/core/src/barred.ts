import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { fromHex, utf8 } from './bytes.ts'
import type { DocumentChange } from './causal-order.ts'
import type { ScopeNames } from './ids.ts'
import { canonicalJson, type Json } from './json.ts'
import { BARRED_PER_ERASURE_MAX } from './limits.ts'
import type { OpenDocument } from './open-document.ts'
import type { ScopeAddress } from './scope.ts'

/**
 * What is kept of a value that was erased, so that it is not written again: HMAC-SHA256 (RFC 2104) of scope and value
 * under the secret that scopes are named by, in hex. Who lacks the secret cannot try values out.
 */
export function barredDigest(names: ScopeNames, scope: ScopeAddress, value: Json): string {
  return createHmac('sha256', keyOf(names))
    .update(utf8(`${scope}\0${canonicalJson(value)}`))
    .digest('hex')
}

/** Every value that a document's content has had, the newest first, as many as an erasure may name. */
export function valuesOf(document: OpenDocument): readonly Json[] {
  const changes = [...document.changes()].reverse()
  const values = changes.flatMap(change => contentIn(change)).filter(value => value !== null && value !== '')
  const now = document.read().registers.content ?? []
  const all = [...now.filter(({ ended }) => !ended).map(({ value }) => value), ...values]
  return all.slice(0, BARRED_PER_ERASURE_MAX)
}

function contentIn({ body }: DocumentChange): readonly Json[] {
  if (body.type !== 'change') return []
  return body.ops.flatMap(op => (op[0] === 'put' && op[1] === 'content' ? [op[2]] : []))
}

/** One for each mesh that this process has a node in. */
const keys = new Map<ScopeNames, KeyObject>()

function keyOf(names: ScopeNames): KeyObject {
  const known = keys.get(names)
  if (known !== undefined) return known
  const made = createSecretKey(fromHex(names))
  keys.set(names, made)
  return made
}
