/**
 * Where branches are kept: one directory each, inside that of their node.
 *
 *   <dir>/branches/NAME/memory.sqlite    the copy, and what was written in it since
 *                      /node.json        as of a node, with an incarnation of its own; when it was made
 *                      /scope.keys       keys that were made in it
 *
 * A branch is made under a name that begins with a dot and renamed when it is whole, and leaves the other way round:
 * what a crash leaves of either is told by its dot, and is cleared when the node is opened again.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { FolkmootError, type LogId, UsageError } from '@folkmoot/core'
import { makeDirectory, type NodeConfig, readConfig, reasonOf, writeConfig } from '../identity.ts'

const FOLDER = 'branches'
const UNFINISHED = '.'
/** Each is a whole copy of the memory on the disk, and every erasure is carried into each before it is confirmed. */
export const BRANCHES_MAX = 16
/** A directory's name on every system, and a word that no shell needs quotes for. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export interface BranchConfig extends NodeConfig {
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** Logs that were written in it and that a merge has taken from, or has begun to. */
  readonly taken?: readonly LogId[]
}

/** @throws UsageError */
export function checkBranchName(name: string): void {
  if (NAME.test(name)) return
  throw new UsageError(
    `not a name for a branch: ${JSON.stringify(name)}; letters, digits, dots, - and _, 64 at most`,
  )
}

export function branchPath(dir: string, name: string): string {
  return join(dir, FOLDER, name)
}

export function branchNames(dir: string): readonly string[] {
  return entriesOf(dir).filter(name => NAME.test(name))
}

/** What is written in a branch is signed with the key that its node has now. @throws FolkmootError directory */
export function checkNoBranches(dir: string): void {
  const names = branchNames(dir)
  if (names.length === 0) return
  throw new FolkmootError(
    'directory',
    `what is written in branch ${names.join(', ')} would not count under another key: merge or drop it first`,
  )
}

/** What was never finished, or never quite removed. */
export function leftovers(dir: string): readonly string[] {
  return entriesOf(dir).filter(name => name.startsWith(UNFINISHED))
}

/** Call it when the node's directory is locked. What cannot be taken away is left for the doctor to name. */
export function clearLeftovers(dir: string): void {
  for (const name of leftovers(dir)) {
    try {
      rmSync(branchPath(dir, name), { recursive: true, force: true })
    } catch {}
  }
}

/** @throws FolkmootError directory */
export function readBranchConfig(dir: string, name: string): BranchConfig {
  const path = branchPath(dir, name)
  const config: NodeConfig & { readonly createdAt?: unknown; readonly taken?: unknown } = readConfig(path)
  const { createdAt, taken = [] } = config
  if (typeof createdAt !== 'number')
    throw new FolkmootError('directory', `${path} is no branch: its node.json does not say when it was made`)
  if (!Array.isArray(taken) || !taken.every(log => typeof log === 'string'))
    throw new FolkmootError('directory', `${path} is damaged: what was merged of it cannot be read`)
  return { ...config, createdAt, taken: taken.map(log => log as LogId) }
}

/**
 * Notes from which logs a merge takes, before it does: what does not count in the node is found by it ever after.
 * @returns these and those that were noted before
 * @throws FolkmootError directory
 */
export function noteTaken(dir: string, name: string, logs: readonly LogId[]): readonly LogId[] {
  const config = readBranchConfig(dir, name)
  const { taken = [] } = config
  const noted = { ...config, taken: [...new Set([...taken, ...logs])] }
  if (noted.taken.length > taken.length) writeConfig(branchPath(dir, name), noted)
  return noted.taken
}

/**
 * Makes a branch, whole or not at all.
 * @param fill puts the memory into the directory that it is given
 * @throws FolkmootError directory | disk; UsageError, if there is no room for its name
 */
export function makeBranch(
  dir: string,
  name: string,
  config: BranchConfig,
  fill: (path: string) => void,
): void {
  checkBranchName(name)
  const names = branchNames(dir)
  // Some file systems take Draft and draft for one.
  const taken = names.find(known => known.toLowerCase() === name.toLowerCase())
  if (taken !== undefined) throw new UsageError(`a branch ${taken} is there already`)
  if (names.length >= BRANCHES_MAX)
    throw new UsageError(`there are ${BRANCHES_MAX} branches: merge or drop some`)
  const draft = branchPath(dir, `${UNFINISHED}new-${name}`)
  try {
    rmSync(draft, { recursive: true, force: true })
    makeDirectory(draft)
    fill(draft)
    writeConfig(draft, config)
    renameSync(draft, branchPath(dir, name))
    for (const path of [join(dir, FOLDER), dir]) sync(path)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (error instanceof FolkmootError) throw error
    throw new FolkmootError('directory', `cannot make the branch ${name}: ${reasonOf(error)}`)
  }
}

/** @throws FolkmootError directory */
export function removeBranch(dir: string, name: string): void {
  const leaving = branchPath(dir, `${UNFINISHED}old-${name}`)
  try {
    rmSync(leaving, { recursive: true, force: true })
    renameSync(branchPath(dir, name), leaving)
    rmSync(leaving, { recursive: true, force: true })
    sync(join(dir, FOLDER))
  } catch (error) {
    throw new FolkmootError('directory', `cannot remove the branch ${name}: ${reasonOf(error)}`)
  }
}

/** What a branch takes on the disk. */
export function bytesOf(dir: string, name: string): number {
  const path = branchPath(dir, name)
  const sizes = readdirSync(path).map(
    file => statSync(join(path, file), { throwIfNoEntry: false })?.size ?? 0,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function entriesOf(dir: string): readonly string[] {
  const folder = join(dir, FOLDER)
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

/** A rename survives loss of power only when its directory has been written. */
function sync(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
