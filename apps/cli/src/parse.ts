import { parseArgs } from 'node:util'
import { COMMON_FLAGS, type Command, type Flag, type Flags, type FlagValues } from './command.ts'
import { UsageError } from './fault.ts'

export interface Parsed {
  readonly words: readonly string[]
  readonly flags: FlagValues<typeof COMMON_FLAGS>
}

/** @throws UsageError that names the flag or word that is wrong */
export function parse<F extends Flags>(name: string, command: Command<F>, args: readonly string[]): Parsed {
  const options = { ...COMMON_FLAGS, ...command.flags }
  const joined = joinNumbers(options, command.prepare?.(args) ?? args)
  const { values, positionals } = parseStrictly(options, joined)
  if (values.help !== true) checkWords(name, command.words, positionals)
  return { words: positionals, flags: values as Parsed['flags'] }
}

/** `--pick -1` as `--pick=-1`: no flag is a digit, so a negative number is what the flag before it is given. */
function joinNumbers(options: Flags, args: readonly string[]): string[] {
  const end = args.indexOf('--')
  const before = end < 0 ? args : args.slice(0, end)
  const isGiven = (i: number) => {
    const flag = before[i - 1] ?? ''
    const takes = flag.startsWith('--') && options[flag.slice(2)]?.type === 'string'
    return takes && /^-\.?\d/.test(before[i] ?? '')
  }
  const joined = before.flatMap((arg, i) => {
    if (isGiven(i)) return []
    return isGiven(i + 1) ? `${arg}=${before[i + 1]}` : arg
  })
  return [...joined, ...args.slice(before.length)]
}

function parseStrictly(options: Flags, args: string[]) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true })
  } catch (error) {
    // Node's messages go on with advice over several sentences; the first one names the flag.
    const [first = ''] = (error as Error).message.split(/\. |\.?\n/)
    const [, name = ''] = /^Option '--([^' ]+).*' argument is ambiguous$/.exec(first) ?? []
    if (name !== '') throw new UsageError(takesText(name, options[name]))
    const isText = /^Unknown option '-[^-]/.test(first)
    throw new UsageError(isText ? `${first} (a text that begins with - goes after --)` : first)
  }
}

function takesText(name: string, flag: Flag | undefined): string {
  const what = flag?.hint ?? 'a value'
  return `--${name} takes ${what}: write one that begins with - as --${name}=${what}`
}

function checkWords(name: string, expected: readonly string[], words: readonly string[]): void {
  const required = expected.filter(word => !word.startsWith('['))
  const missing = required[words.length]
  if (missing !== undefined) throw new UsageError(`${missing} is missing: moot ${name} ${expected.join(' ')}`)
  const many = expected.at(-1)?.endsWith('...') === true
  const extra = words[expected.length]
  if (!many && extra !== undefined) {
    throw new UsageError(`too many words, from ${JSON.stringify(extra)} on: quote a text that has spaces`)
  }
}
