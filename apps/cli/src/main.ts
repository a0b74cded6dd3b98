/** moot: parse the command line, load one command, run it, say in one line what went wrong. */
import type { Client } from '@folkmoot/gateway/client'
import type { Command, Invocation } from './command.ts'
import { COMMANDS } from './commands.ts'
import { checkNodeDirectory, chooseDirectory } from './directory.ts'
import { codeOf, DONE, REFUSED, reasonOf, USAGE, UsageError } from './fault.ts'
import { type Parsed, parse } from './parse.ts'
import { createProgress } from './print/progress.ts'
import { processSurroundings } from './process-surroundings.ts'
import type { Surroundings } from './surroundings.ts'
import { visitorOf } from './visitor.ts'

export async function run(
  argv: readonly string[],
  around: Surroundings = processSurroundings(),
): Promise<number> {
  try {
    return await dispatch(argv, around)
  } catch (error) {
    if (around.isStopped() && error instanceof Error && error.name === 'AbortError') return DONE
    await around.err.write(`moot: ${reasonOf(error)}\n`)
    return codeOf(error) === 'usage' ? USAGE : REFUSED
  }
}

async function dispatch(argv: readonly string[], around: Surroundings): Promise<number> {
  const found = findCommand(argv)
  if (found === undefined) return answerWithoutCommand(argv, around)
  const { default: command } = await found.load()
  const parsed = parse(found.name, command, found.args)
  if (parsed.flags.help === true) {
    const { helpOf } = await import('./help.ts')
    await around.out.write(helpOf(found.name, command))
    return DONE
  }
  return invoke(command, parsed, around)
}

function findCommand(argv: readonly string[]) {
  const [first = '', second = ''] = argv
  for (const [name, length] of [
    [`${first} ${second}`, 2],
    [first, 1],
  ] as const) {
    const listed = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (listed !== undefined) return { name, args: argv.slice(length), load: listed.load }
  }
  return undefined
}

async function invoke(command: Command, parsed: Parsed, around: Surroundings): Promise<number> {
  const { words, flags } = parsed
  const progress = createProgress(around.err)
  let opening: Promise<Client> | undefined
  if (command.takesNoBranch === true && flags.branch !== undefined)
    throw new UsageError('this is done to the node itself, not to a branch of it: leave --branch out')
  const dir = () => chooseDirectory({ ...flags, env: around.env })
  const client: Invocation['client'] = reach => {
    const visitor = visitorOf({ flags, around })
    opening ??= around.openClient(checkNodeDirectory(dir()), progress.show, visitor, reach)
    return opening
  }
  try {
    return (await command.run({ words, flags, around, commands: COMMANDS, dir, client })) ?? DONE
  } finally {
    progress.clear()
    await (await opening?.catch(() => undefined))?.close()
  }
}

async function answerWithoutCommand(argv: readonly string[], around: Surroundings): Promise<number> {
  const { helpOf, overview, version } = await import('./help.ts')
  const [first, ...rest] = argv
  if (first === '--version' || first === '-v') {
    await around.out.write(`${version()}\n`)
    return DONE
  }
  if (first === undefined) {
    await around.err.write(overview())
    return USAGE
  }
  if (first !== 'help' && first !== '--help' && first !== '-h') throw new UsageError(unknown(first))
  const asked = rest.filter(word => !word.startsWith('-'))
  const found = findCommand(asked)
  if (asked.length > 0 && found === undefined) throw new UsageError(unknown(asked[0] as string))
  await around.out.write(found === undefined ? overview() : helpOf(found.name, (await found.load()).default))
  return DONE
}

function unknown(word: string): string {
  const group = Object.keys(COMMANDS).filter(name => name.startsWith(`${word} `))
  if (group.length > 0) return `moot ${word} what? ${group.map(name => name.split(' ')[1]).join(', ')}`
  const what = word.startsWith('-') ? 'option' : 'command'
  return `unknown ${what} ${JSON.stringify(word)}: moot help lists all commands`
}
