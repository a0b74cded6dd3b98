import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A Node on this machine's PATH of another major version than ours, if there is one. */
export function oldNode(): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'node'))
  return candidates.find(file => existsSync(file) && majorOf(file) < majorOf(process.execPath))
}

function majorOf(node: string): number {
  try {
    return Number.parseInt(execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
