/**
 * Keys of scopes, and the numbers they go by.
 *
 *   epoch  = first 6 bytes of SHA-256("folkmoot/epoch\0" || scope (16) || key (32)), big-endian, never 0
 *   secret = key (32) || scope address, UTF-8; of the key that scopes are named by: the key alone
 *
 * A reader that finds the number and the key at odds drops the key: nobody can answer another's epoch with a key of
 * their own. It is no more than that: whoever makes a key and works for it (2^24 hashes) can find two of one number and
 * hand them to different readers, who then cannot read each other. Such a maker has the right to write there, and could
 * as well write nonsense.
 */
import {
  concatBytes,
  fromHex,
  isNameOf,
  MEMBERSHIP_SCOPE,
  type Random,
  SCOPE_KEY_BYTES,
  type ScopeAddress,
  type ScopeId,
  type ScopeKey,
  type ScopeNames,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'

const DOMAIN = utf8('folkmoot/epoch\0')
const EPOCH_BYTES = 6

export function epochOf(scope: ScopeId, key: Uint8Array): number {
  const digest = sha256(concatBytes(DOMAIN, fromHex(scope), key))
  return Buffer.from(digest).readUIntBE(0, EPOCH_BYTES)
}

export function newScopeKey(scope: ScopeId, random: Random): ScopeKey {
  for (;;) {
    const key = random.bytes(SCOPE_KEY_BYTES)
    const epoch = epochOf(scope, key)
    if (epoch > 0) return { epoch, key }
  }
}

export function secretOf(key: Uint8Array, address: ScopeAddress | ''): Uint8Array {
  return concatBytes(key, utf8(address))
}

export interface OpenedKey extends ScopeKey {
  readonly scope: ScopeId
  readonly address: ScopeAddress
}

/** The key in an unwrapped secret, if it is that of this epoch and of a scope that has this id under our names. */
export function keyIn(
  secret: Uint8Array,
  { scope, epoch, names }: { scope: ScopeId; epoch: number; names: ScopeNames },
): OpenedKey | undefined {
  const key = secret.slice(0, SCOPE_KEY_BYTES)
  const address = Buffer.from(secret.subarray(SCOPE_KEY_BYTES)).toString('utf8')
  const isRight =
    key.length === SCOPE_KEY_BYTES && epochOf(scope, key) === epoch && isNameOf(scope, names, address)
  return isRight ? { scope, epoch, key, address: address as ScopeAddress } : undefined
}

/** The key that scopes are named by, in an unwrapped secret. */
export function namesIn(secret: Uint8Array, epoch: number): ScopeNames | undefined {
  const isRight = secret.length === SCOPE_KEY_BYTES && epochOf(MEMBERSHIP_SCOPE, secret) === epoch
  return isRight ? (toHex(secret) as ScopeNames) : undefined
}
