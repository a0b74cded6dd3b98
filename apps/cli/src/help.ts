import { readFileSync } from 'node:fs'
import { type Command, flagsOf } from './command.ts'
import { COMMANDS } from './commands.ts'

export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

export function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { about }]) => [`moot ${name}`, about] as const)
  return `Shared memory for AI agents, with no server in the middle.

${aligned(rows)}
moot help COMMAND says more about one of them.
`
}

export function helpOf(name: string, command: Command): string {
  const usage = ['moot', name, ...command.words, '[options]'].join(' ')
  const rows = Object.entries(flagsOf(command)).map(([flag, { hint, about, multiple }]) => {
    const value = hint === undefined ? '' : ` ${hint}`
    return [`--${flag}${value}${multiple === true ? ' ...' : ''}`, about] as const
  })
  return `${usage}

${command.about}

${aligned(rows)}
${command.examples.map(example => `  ${example}\n`).join('')}`
}

function aligned(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('')
}
