/** Who this node is: a secret key, and what it was told when it was made. Both are plain files in its directory. */
import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FolkmootError, fromHex, type MeshId, nodeId, type Signer, toHex } from '@folkmoot/core'

export const CONFIG_VERSION = 1
const CONFIG_FILE = 'node.json'
export const KEY_FILE = 'node.key'
const SEED_BYTES = 32
const MESH = /^[0-9a-f]{64}$/
/** Only the owner may read a key, or look into the directory. */
export const PRIVATE_FILE = 0o600
/** Mode bits of group and world. */
const FOR_OTHERS = 0o077
const PRIVATE_DIRECTORY = 0o700

export interface NodeConfig {
  readonly version: number
  readonly mesh: MeshId
  readonly name: string
  readonly agent: string
  /** Where it listened last: kept, so that tickets and peers find it again. */
  readonly listen?: readonly string[]
  readonly joinListen?: string
  /** Fingerprint of where this directory is. */
  readonly place?: string
  /** That this node's logs are begun with; 0 if it is not given. Above it, the directory was copied or restored. */
  readonly incarnation?: number
  /** When that was found out, in milliseconds since 1970. */
  readonly movedAt?: number
}

// The DER frame of an Ed25519 private key (RFC 8410), before its 32 secret bytes.
const PKCS8_ED25519 = fromHex('302e020100300506032b657004220420')

export function newSeed(): Uint8Array {
  return new Uint8Array(randomBytes(SEED_BYTES))
}

export function signerFrom(seed: Uint8Array): Signer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return {
    node: nodeId(new Uint8Array(Buffer.from(x, 'base64url'))),
    sign: message => new Uint8Array(sign(null, message, key)),
  }
}

export function isNodeDirectory(dir: string): boolean {
  return existsSync(join(dir, CONFIG_FILE))
}

/** @throws FolkmootError directory */
export function readConfig(dir: string): NodeConfig {
  const config = readJson(join(dir, CONFIG_FILE))
  if (typeof config.version === 'number' && config.version !== CONFIG_VERSION) {
    throw new FolkmootError(
      'directory',
      `${dir} was made by another version of Folkmoot (${String(config.version)})`,
    )
  }
  if (!isConfig(config)) {
    throw new FolkmootError('directory', `${join(dir, CONFIG_FILE)} is damaged`)
  }
  return config
}

function isConfig(config: { readonly [key: string]: unknown }): config is NodeConfig & typeof config {
  const { version, mesh, name, agent, listen = [], joinListen = '', place = '' } = config
  return (
    version === CONFIG_VERSION &&
    typeof mesh === 'string' &&
    MESH.test(mesh) &&
    [name, agent, joinListen, place].every(field => typeof field === 'string') &&
    Array.isArray(listen) &&
    listen.every(address => typeof address === 'string') &&
    [config.incarnation ?? 0, config.movedAt ?? 0].every(number => Number.isSafeInteger(number))
  )
}

export function readSeed(dir: string): Uint8Array {
  return readSeedFile(join(dir, KEY_FILE))
}

/** @throws FolkmootError directory */
export function readSeedFile(path: string): Uint8Array {
  try {
    const seed = fromHex(readFileSync(path, 'utf8').trim())
    if (seed.length === SEED_BYTES) return seed
  } catch {
    // Said below, once for all that can be wrong with it.
  }
  throw new FolkmootError('directory', `${path} is missing or damaged`)
}

export function makeDirectory(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: PRIVATE_DIRECTORY })
  } catch (error) {
    throw new FolkmootError('directory', `cannot make ${dir}: ${reasonOf(error)}`)
  }
}

export function writeSeed(dir: string, seed: Uint8Array): void {
  write(dir, KEY_FILE, seedText(seed))
}

export function seedText(seed: Uint8Array): string {
  return `${toHex(seed)}\n`
}

/** Those of the files in `dir` that hold secrets and that others than their owner can read or change. */
export function looseFiles(dir: string, names: readonly string[]): readonly string[] {
  return names.filter(name => {
    const mode = statSync(join(dir, name), { throwIfNoEntry: false })?.mode ?? 0
    return (mode & FOR_OTHERS) !== 0
  })
}

export function writeConfig(dir: string, config: NodeConfig): void {
  write(dir, CONFIG_FILE, `${JSON.stringify(config, null, 2)}\n`)
}

/** Whole or not at all: a crash never leaves half a file. */
export function write(dir: string, name: string, text: string): void {
  const draft = join(dir, `${name}.new`)
  try {
    writeFileSync(draft, text, { mode: PRIVATE_FILE, flush: true })
    renameSync(draft, join(dir, name))
  } catch (error) {
    throw new FolkmootError('directory', `cannot write to ${dir}: ${reasonOf(error)}`)
  }
}

function readJson(path: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value === 'object' && value !== null) return value as { readonly [key: string]: unknown }
  } catch (error) {
    const what = error instanceof SyntaxError ? 'is damaged' : 'cannot be read'
    throw new FolkmootError('directory', `${path} ${what}: ${reasonOf(error)}`)
  }
  throw new FolkmootError('directory', `${path} is damaged`)
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
