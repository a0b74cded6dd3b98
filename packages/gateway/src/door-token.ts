/** The owner's token for the local doors: a file in the node's directory, which only its owner can read. */
import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WireError } from './errors.ts'

const FILE = 'door.token'
const TOKEN_BYTES = 32
const TOKEN = /^[0-9a-f]{64}$/
const OWNER_ONLY = 0o600

/** Undefined if there is none, or it is not ours to read. */
export function readDoorToken(dir: string): string | undefined {
  try {
    return readFileSync(join(dir, FILE), 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Made once, and kept: what was set up goes on working after a restart. @throws WireError directory */
export function giveDoorToken(dir: string): string {
  const path = join(dir, FILE)
  const known = readDoorToken(dir)
  if (known === undefined) {
    const token = randomBytes(TOKEN_BYTES).toString('hex')
    writeFileSync(path, `${token}\n`, { mode: OWNER_ONLY, flag: 'wx', flush: true })
    return token
  }
  if (!TOKEN.test(known))
    throw new WireError('directory', `${path} is damaged: delete it, and a new one is made`)
  chmodSync(path, OWNER_ONLY)
  return known
}
