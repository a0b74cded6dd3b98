/**
 * Payloads that only a scope's readers can read: AES-256-GCM (NIST SP 800-38D) under the scope's key of one epoch.
 *
 *   payload = nonce (12 random bytes) || ciphertext || tag (16)
 *   additional data = "folkmoot/payload/1\0" || the header without its payload hash
 *
 * The hash in the header is that of these bytes, so that those who cannot read them can still check them.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { concatBytes, utf8 } from './bytes.ts'
import type { ScopeId } from './ids.ts'

export const SCOPE_KEY_BYTES = 32
export const SEAL_NONCE_BYTES = 12
const TAG_BYTES = 16
export const SEAL_BYTES = SEAL_NONCE_BYTES + TAG_BYTES
const CIPHER = 'aes-256-gcm'
const DOMAIN = utf8('folkmoot/payload/1\0')

export interface ScopeKey {
  /** Above 0: an epoch of 0 means that nothing is encrypted. */
  readonly epoch: number
  readonly key: Uint8Array
}

/** @param nonce 12 bytes that this key was never used with */
export function seal(key: Uint8Array, about: Uint8Array, text: Uint8Array, nonce: Uint8Array): Uint8Array {
  return encrypt(key, concatBytes(DOMAIN, about), text, nonce)
}

/** The text, or undefined if it was sealed with another key or for another place. */
export function unseal(key: Uint8Array, about: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  return decrypt(key, concatBytes(DOMAIN, about), sealed)
}

/**
 * The cipher itself: nonce, ciphertext and tag.
 * @param about bound to it; begins with a domain of its own
 */
export function encrypt(key: Uint8Array, about: Uint8Array, text: Uint8Array, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CIPHER, keyOf(key), nonce)
  cipher.setAAD(about)
  return concatBytes(nonce, cipher.update(text), cipher.final(), cipher.getAuthTag())
}

/** Undefined if it is not what was encrypted with this key about this. */
export function decrypt(key: Uint8Array, about: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < SEAL_BYTES) return undefined
  const decipher = createDecipheriv(CIPHER, keyOf(key), sealed.subarray(0, SEAL_NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(about)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  try {
    return concatBytes(
      decipher.update(sealed.subarray(SEAL_NONCE_BYTES, sealed.length - TAG_BYTES)),
      decipher.final(),
    )
  } catch {
    return undefined
  }
}

/** The scope keys that this node holds. Which of a scope's keys to write with is for its keeper to say. */
export class Keyring {
  readonly #keys = new Map<ScopeId, Map<number, Uint8Array>>()
  readonly #current = new Map<ScopeId, number>()

  /** False if it was there already. */
  add(scope: ScopeId, { epoch, key }: ScopeKey): boolean {
    const known = this.#keys.get(scope) ?? new Map<number, Uint8Array>()
    if (known.has(epoch)) return false
    this.#keys.set(scope, known.set(epoch, key))
    return true
  }

  find(scope: ScopeId, epoch: number): Uint8Array | undefined {
    return this.#keys.get(scope)?.get(epoch)
  }

  /** Every key of a scope that is held. */
  *ofScope(scope: ScopeId): Iterable<ScopeKey> {
    for (const [epoch, key] of this.#keys.get(scope) ?? []) yield { epoch, key }
  }

  scopes(): Iterable<ScopeId> {
    return this.#keys.keys()
  }

  /** What is written from now on is sealed with this one. Undefined: nothing can be written until there is one. */
  use(scope: ScopeId, epoch: number | undefined): void {
    if (epoch === undefined) this.#current.delete(scope)
    else this.#current.set(scope, epoch)
  }

  current(scope: ScopeId): ScopeKey | undefined {
    const epoch = this.#current.get(scope)
    const key = epoch === undefined ? undefined : this.find(scope, epoch)
    return epoch === undefined || key === undefined ? undefined : { epoch, key }
  }
}

/** Keys as Node wants them: looking at raw bytes anew costs more than encrypting a small payload. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>()

function keyOf(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key)
  if (known !== undefined) return known
  const made = createSecretKey(key)
  keyObjects.set(key, made)
  return made
}
