/** Which node is meant: --dir, else MOOT_DIR, else ~/.folkmoot/<name>. */
import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { RefusedError, UsageError } from './fault.ts'

export interface DirectoryChoice {
  readonly dir?: string | undefined
  readonly name?: string | undefined
  readonly env: { readonly [name: string]: string | undefined }
}

/** @throws UsageError if no directory is named and there is not exactly one to take */
export function chooseDirectory({ dir, name, env }: DirectoryChoice): string {
  const named = dir ?? (env.MOOT_DIR === '' ? undefined : env.MOOT_DIR)
  if (named === '') throw new UsageError('--dir is empty')
  if (named !== undefined) return resolve(named)
  const home = join(env.HOME ?? homedir(), '.folkmoot')
  if (name !== undefined) return join(home, checkName(name))

  const [only, ...others] = nodesUnder(home)
  if (only === undefined) throw new UsageError('there is no node yet: make one with moot init --name N')
  if (others.length === 0) return join(home, only)
  throw new UsageError(`which node? --name ${[only, ...others].join(' | ')}`)
}

/** A name is also a folder's name. */
function checkName(name: string): string {
  if (/^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u.test(name)) return name
  throw new UsageError(`not a name for a node: ${JSON.stringify(name)}`)
}

function nodesUnder(home: string): string[] {
  return entriesOf(home)
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(entry => entry.name)
    .sort()
}

export function isEmptyDirectory(dir: string): boolean {
  return entriesOf(dir).length === 0
}

function entriesOf(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    throw new RefusedError(code === 'ENOTDIR' ? `${dir} is not a directory` : (error as Error).message)
  }
}

/** @throws RefusedError unless something is there: a command must not make a node by mistake */
export function checkNodeDirectory(dir: string): string {
  if (isEmptyDirectory(dir)) throw new RefusedError(`no node in ${dir}: make one with moot init --name N`)
  return dir
}

/** @throws RefusedError if something is there already */
export function checkNewDirectory(dir: string): string {
  if (!isEmptyDirectory(dir))
    throw new RefusedError(`${dir} is not empty: a new node needs a directory of its own`)
  return dir
}
