/**
 * A key for a drawer: the most senior admin of a mesh, which no node runs with. With it the key of any other admin can
 * be taken away, also if a thief holds it.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { FolkmootError } from '@folkmoot/core'
import { newSeed, PRIVATE_FILE, readSeedFile, reasonOf, seedText } from './identity.ts'

/** Draws a seed and writes it to `file`, which must not be there. @throws FolkmootError directory */
export function writeRecoverySeed(file: string): Uint8Array {
  const seed = newSeed()
  try {
    writeFileSync(file, seedText(seed), { mode: PRIVATE_FILE, flag: 'wx', flush: true })
  } catch (error) {
    throw new FolkmootError('directory', `cannot write the recovery key to ${file}: ${reasonOf(error)}`)
  }
  return seed
}

/** @throws FolkmootError directory */
export function readRecoverySeed(file: string): Uint8Array {
  return readSeedFile(file)
}

/** After a mesh that was never founded. */
export function discardRecoverySeed(file: string): void {
  rmSync(file, { force: true })
}
