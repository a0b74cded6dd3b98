import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { RefusedError } from '../fault.ts'
import type { Ready } from './ready.ts'

/** Marks the process that moot up --detach starts: its parent waits for a message. */
const MARK = 'MOOT_DETACHED'

/** A log over this is begun anew. */
const LOG_BYTES_MAX = 1024 * 1024

type PassedFlags = { readonly [name: string]: string | boolean | readonly string[] | undefined }

/** Starts `moot up` again, apart from this terminal. @throws RefusedError with its last words, if it ends first */
export async function detach(flags: PassedFlags & { readonly dir: string }): Promise<Ready> {
  const path = join(flags.dir, 'node.log')
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const begin = size > LOG_BYTES_MAX ? 0 : size
  const log = openSync(path, begin === 0 ? 'w' : 'a', 0o600)
  const script = process.argv[1] ?? ''
  const child = spawn(process.execPath, [...process.execArgv, script, 'up', ...argumentsOf(flags)], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, [MARK]: '1' },
  })
  closeSync(log)
  try {
    return await new Promise<Ready>((resolve, reject) => {
      child.once('message', message => resolve(message as Ready))
      child.once('error', reject)
      child.once('exit', () => reject(new RefusedError(lastWords(path, begin))))
    })
  } finally {
    child.unref()
    if (child.connected) child.disconnect()
  }
}

/** Tells whoever detached this process that it is ready, and lets them go. */
export function tellParent(ready: Ready): void {
  if (process.env[MARK] !== '1' || process.send === undefined) return
  process.send(ready, undefined, undefined, () => process.disconnect())
}

export function argumentsOf(flags: PassedFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    if (value === true) return [`--${name}`]
    return [value].flat().map(one => `--${name}=${one}`)
  })
}

function lastWords(path: string, begin: number): string {
  const said = readFileSync(path).subarray(begin).toString().trim().split('\n').at(-1)
  return said === undefined || said === ''
    ? `the node ended at once: see ${path}`
    : said.replace(/^moot: /, '')
}
