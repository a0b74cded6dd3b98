import type { Client } from '@folkmoot/gateway/client'
import type { Reach, Surroundings } from './surroundings.ts'

export interface Flag {
  readonly type: 'string' | 'boolean'
  readonly multiple?: true
  /** What stands for the value in the help: `--scope S`. */
  readonly hint?: string
  readonly about: string
}

export interface Flags {
  readonly [name: string]: Flag
}

type FlagValue<F extends Flag> = F['type'] extends 'boolean'
  ? boolean
  : F extends { readonly multiple: true }
    ? string[]
    : string

export type FlagValues<F extends Flags> = { readonly [Name in keyof F]?: FlagValue<F[Name]> }

/** Every command takes these. */
export const COMMON_FLAGS = {
  dir: { type: 'string', hint: 'DIR', about: 'directory of the node (or MOOT_DIR)' },
  name: { type: 'string', hint: 'N', about: 'name of the node: its directory is ~/.folkmoot/N' },
  for: { type: 'string', hint: 'USER', about: 'in the service of this user: only what they may be told' },
  branch: { type: 'string', hint: 'B', about: 'in this branch of the node: moot branch B makes it' },
  token: { type: 'string', hint: 'T', about: 'token to come in with (or MOOT_TOKEN)' },
  json: { type: 'boolean', about: 'print JSON' },
  help: { type: 'boolean', about: 'print this' },
} as const satisfies Flags

/** One use of a command: what was typed, and what it may touch. */
export interface Invocation<F extends Flags = Flags> {
  readonly words: readonly string[]
  readonly flags: FlagValues<F & typeof COMMON_FLAGS>
  readonly around: Surroundings
  /** All commands there are. */
  readonly commands: CommandTable
  /** The directory in question. @throws UsageError if that cannot be told */
  dir(): string
  /**
   * Opened at the first call, closed when the command has ended.
   * @param reach `running` for what only a running node can answer. @throws RefusedError if none runs
   */
  client(reach?: Reach): Promise<Client>
}

export interface Command<F extends Flags = Flags> {
  readonly about: string
  /** Words after the name: `ID`, `[ID]` if it may be left out, `[T]...` if there may be many. */
  readonly words: readonly string[]
  readonly flags: F
  readonly examples: readonly string[]
  /** It is about the node itself, or about no node at all: `--branch` makes no sense with it. */
  readonly takesNoBranch?: true
  /** Rewrites arguments that node:util's parseArgs would misread. */
  readonly prepare?: (args: readonly string[]) => readonly string[]
  /** Gives the exit code; 0 if it gives none. */
  readonly run: (invocation: Invocation<F>) => Promise<number | undefined>
}

/** Name -> a line about it, and how to load it. */
export interface CommandTable {
  readonly [name: string]: {
    readonly about: string
    // biome-ignore lint/suspicious/noExplicitAny: each command has flags of its own
    readonly load: () => Promise<{ readonly default: Command<any> }>
  }
}

/** What it takes, those of its own first. */
export function flagsOf({ flags, takesNoBranch }: Command): Flags {
  const { branch, ...common } = COMMON_FLAGS
  return takesNoBranch === true ? { ...flags, ...common } : { ...flags, ...COMMON_FLAGS }
}

/** Makes the types of a command's flags follow from its table. */
export function command<const F extends Flags>(definition: Command<F>): Command<F> {
  return definition
}
