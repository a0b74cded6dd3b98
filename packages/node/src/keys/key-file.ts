/**
 * The keys of scopes that this node holds, as a file for its owner only: `scope.keys` beside `node.key`. The wraps in
 * the membership log hold the same, so a file that is lost is made again from them.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  FolkmootError,
  fromHex,
  Keyring,
  parseScope,
  type ScopeAddress,
  type ScopeId,
  type ScopeNames,
  toHex,
} from '@folkmoot/core'
import { write } from '../identity.ts'
import { epochOf } from './epoch.ts'

export const KEYS_FILE = 'scope.keys'
const VERSION = 1

/** The keys that a node holds, and what their scopes are called. */
export class HeldKeys {
  readonly ring = new Keyring()
  readonly #addresses = new Map<ScopeId, ScopeAddress>()
  /** The secret that scope ids are made with; undefined where one may not know what scopes are called. */
  names: ScopeNames | undefined

  /** False if it was held already. */
  add({ scope, address, epoch, key }: HeldKey): boolean {
    this.#addresses.set(scope, address)
    return this.ring.add(scope, { epoch, key })
  }

  addressOf(scope: ScopeId): ScopeAddress | undefined {
    return this.#addresses.get(scope)
  }

  scopes(): Iterable<[ScopeId, ScopeAddress]> {
    return this.#addresses
  }
}

export interface HeldKey {
  readonly scope: ScopeId
  readonly address: ScopeAddress
  readonly epoch: number
  readonly key: Uint8Array
}

const KEY = /^[0-9a-f]{64}$/
const SCOPE = /^[0-9a-f]{32}$/

/** Undefined if there is no such file. @throws FolkmootError directory, if it is damaged */
export function readKeys(dir: string): HeldKeys | undefined {
  const path = join(dir, KEYS_FILE)
  try {
    return parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const why = error instanceof Error ? error.message : String(error)
    throw new FolkmootError(
      'directory',
      `${path} is damaged (${why}): move it away and open the node again, which makes it anew from the membership log`,
    )
  }
}

/** @throws if anything in it is not what it should be: with half of its keys a node would look forgetful */
function parse(file: unknown): HeldKeys {
  const { version, names, scopes } = fieldsOf(file)
  if (version !== VERSION) throw new Error(`version ${String(version)} is not known here`)
  const held = new HeldKeys()
  if (names !== null) held.names = matching(KEY, names) as ScopeNames
  for (const [id, entry] of Object.entries(fieldsOf(scopes))) {
    const scope = matching(SCOPE, id) as ScopeId
    const { address, epochs } = fieldsOf(entry)
    for (const [number, text] of Object.entries(fieldsOf(epochs))) {
      const key = fromHex(matching(KEY, text))
      const epoch = Number(number)
      if (epochOf(scope, key) !== epoch) throw new Error(`a key of ${id} is not itself`)
      held.add({ scope, address: parseScope(String(address)), epoch, key })
    }
  }
  return held
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  if (typeof value !== 'object' || value === null) throw new Error('a part is missing')
  return value as { readonly [field: string]: unknown }
}

function matching(pattern: RegExp, value: unknown): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new Error('a key or id is not hexadecimal')
  return value
}

/** @throws FolkmootError directory */
export function writeKeys(dir: string, held: HeldKeys): void {
  const scopes = [...held.scopes()].map(([scope, address]) => {
    const epochs = [...held.ring.ofScope(scope)].map(({ epoch, key }) => [String(epoch), toHex(key)])
    return [scope, { address, epochs: Object.fromEntries(epochs) }]
  })
  const file = { version: VERSION, names: held.names ?? null, scopes: Object.fromEntries(scopes) }
  write(dir, KEYS_FILE, `${JSON.stringify(file, null, 1)}\n`)
}
