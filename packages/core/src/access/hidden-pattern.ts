/**
 * Patterns of grants that only those can read who know what scopes are called. The membership log goes to every member,
 * and a relay must not learn from it whom the mesh remembers.
 *
 *   key    = SHA-256("folkmoot/pattern-key/1\0" || names key (32))
 *   hidden = nonce (12 random bytes) || ciphertext of the pattern, UTF-8 || tag (16)      AES-256-GCM
 *   additional data = "folkmoot/pattern/1\0" || mesh id (32)
 *
 * A pattern stays in clear if it is `*`, which says nothing, and if the right to admin is among the rights: all nodes
 * have to agree on who is an admin.
 */
import { concatBytes, fromHex, utf8 } from '../bytes.ts'
import { FolkmootError } from '../errors.ts'
import { sha256 } from '../hash.ts'
import type { MeshId, ScopeNames } from '../ids.ts'
import type { MembershipBody, OpenedBody, Permission, WirePermission } from '../membership-body.ts'
import type { Random } from '../ports.ts'
import { decrypt, encrypt, SEAL_NONCE_BYTES } from '../sealing.ts'
import { HIDDEN, parsePattern } from './pattern.ts'
import type { Right } from './right.ts'

const KEY_DOMAIN = utf8('folkmoot/pattern-key/1\0')
const DOMAIN = utf8('folkmoot/pattern/1\0')

/** Hides the patterns of one mesh, and opens them again. */
export class HiddenPatterns {
  /** None where scopes are named by the mesh id, which is no secret, and on a node that does not have their names. */
  readonly #key: Uint8Array | undefined
  readonly #about: Uint8Array

  constructor(mesh: MeshId, names: ScopeNames = mesh) {
    const isSecret = (names as string) !== mesh
    this.#key = isSecret ? sha256(concatBytes(KEY_DOMAIN, fromHex(names))) : undefined
    this.#about = concatBytes(DOMAIN, fromHex(mesh))
  }

  get canOpen(): boolean {
    return this.#key !== undefined
  }

  /** As it is written in the log. @throws UsageError for no pattern, of which nobody could tell any more */
  hide(permission: WirePermission, random: Random): WirePermission {
    if (this.#key === undefined || !('scope' in permission) || !isHideable(permission.rights)) {
      return permission
    }
    const { scope, ...rest } = permission
    const pattern = parsePattern(scope)
    if (pattern === '*') return permission
    const nonce = random.bytes(SEAL_NONCE_BYTES)
    return { hidden: encrypt(this.#key, this.#about, utf8(pattern), nonce), ...rest }
  }

  /** As the program works with it. What cannot be opened here is a pattern that nothing is covered by. */
  open(permission: WirePermission): Permission {
    if (!('hidden' in permission)) return permission
    const { hidden, ...rest } = permission
    return { scope: this.#read(hidden) ?? HIDDEN.text, ...rest }
  }

  openBody(body: MembershipBody): OpenedBody {
    switch (body.type) {
      case 'grant':
      case 'revoke':
        return { ...body, permission: this.open(body.permission) }
      case 'invite': {
        const { grants, ...rest } = body
        return grants === undefined ? rest : { ...rest, grants: grants.map(one => this.open(one)) }
      }
      default:
        return body
    }
  }

  /**
   * What is no pattern counts as not opened, rather than as malformed: nodes without the key take the entry in, and all
   * have to agree on which entries there are.
   */
  #read(hidden: Uint8Array): string | undefined {
    const bytes = this.#key && decrypt(this.#key, this.#about, hidden)
    if (bytes === undefined) return undefined
    try {
      return parsePattern(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    } catch (error) {
      // Not UTF-8 is a TypeError.
      if (error instanceof FolkmootError || error instanceof TypeError) return undefined
      throw error
    }
  }
}

/** Every node has to tell alike who is an admin, and relays who else relays. */
function isHideable(rights: readonly Right[]): boolean {
  return !rights.includes('admin') && !rights.includes('relay')
}
