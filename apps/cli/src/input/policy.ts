import { readFileSync, statSync } from 'node:fs'
import { RefusedError, UsageError } from '../fault.ts'
import type { Surroundings } from '../surroundings.ts'
import { readText } from './text.ts'

/** Many times the largest policy that an entry can hold. */
const FILE_BYTES_MAX = 1024 * 1024

export const PRESET = {
  type: 'boolean',
  about: 'the policy to begin with, for the kinds preference, tasks, project and fact',
} as const

export const PRESET_AUTHORITY = {
  type: 'string',
  hint: 'A,B',
  about: 'with --preset: agents to be believed about facts, the most trusted first',
} as const

/**
 * A policy as JSON from a file, or from stdin for `-`. Whether it makes sense the node says.
 * @throws UsageError | RefusedError
 */
export async function readPolicy(
  file: string | undefined,
  { preset = false, authority }: { readonly preset?: boolean; readonly authority?: string },
  around: Pick<Surroundings, 'stdin'>,
  ways = 'FILE, --preset',
): Promise<object | 'standard'> {
  if ((file === undefined) === !preset) throw new UsageError(`give one of ${ways}`)
  if (authority !== undefined && !preset) throw new UsageError('--authority is for --preset')
  if (file === undefined) return authority === undefined ? 'standard' : presetWith(authority)
  const text = file === '-' ? await readText(file, around) : readFile(file)
  const policy = parse(text, file === '-' ? 'stdin' : file)
  if (typeof policy !== 'object' || policy === null)
    throw new UsageError('a policy is a JSON object with "version" and "clauses"')
  return policy
}

async function presetWith(authority: string): Promise<object> {
  const agents = authority.split(',').map(agent => agent.trim())
  if (agents.includes('')) throw new UsageError(`--authority ${authority}: agents, with commas between them`)
  const { presetPolicy } = await import('@folkmoot/node')
  return presetPolicy(agents)
}

function readFile(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new RefusedError(`no file ${path}`)
  if (!found.isFile()) throw new RefusedError(`${path} is no file`)
  if (found.size > FILE_BYTES_MAX) throw new RefusedError(`${path} is larger than any policy`)
  return readFileSync(path, 'utf8')
}

/** Node's message names the line and the column. */
function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${(error as Error).message}`)
  }
}
