import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty directory that goes away with the test. */
export function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'folkmoot-store-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Every byte under `directory`, file after file. */
export function allBytes(directory: string): Buffer {
  return Buffer.concat(readdirSync(directory).map(name => readFileSync(join(directory, name))))
}
