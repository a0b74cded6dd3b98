/** The packages that are raced against. They are installed beside the benchmark's, in a folder of their own. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MODULES = fileURLToPath(new URL('../bench/peers/node_modules', import.meta.url))

export function pathOf(name: string, file: string): string {
  return join(MODULES, name, file)
}

/** The installed version; undefined if it is not installed. */
export function versionOf(name: string): string | undefined {
  const manifest = pathOf(name, 'package.json')
  if (!existsSync(manifest)) return undefined
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
