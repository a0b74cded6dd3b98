import { parseArgs } from 'node:util'
import { COMMON_FLAGS, type Command, type Flags, type FlagValues } from './command.ts'
import { UsageError } from './fault.ts'

export interface Parsed {
  readonly words: readonly string[]
  readonly flags: FlagValues<typeof COMMON_FLAGS>
}

/** @throws UsageError that names the flag or word that is wrong */
export function parse<F extends Flags>(name: string, command: Command<F>, args: readonly string[]): Parsed {
  const { values, positionals } = parseStrictly({ ...COMMON_FLAGS, ...command.flags }, [
    ...(command.prepare?.(args) ?? args),
  ])
  if (values.help !== true) checkWords(name, command.words, positionals)
  return { words: positionals, flags: values as Parsed['flags'] }
}

function parseStrictly(options: Flags, args: string[]) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true })
  } catch (error) {
    // Node's messages go on with advice over several sentences; the first one names the flag.
    const [first = ''] = (error as Error).message.split(/\. |\.?\n/)
    const isText = /^Unknown option '-[^-]/.test(first)
    throw new UsageError(isText ? `${first} (a text that begins with - goes after --)` : first)
  }
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
