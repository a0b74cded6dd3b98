import { type CommandTable, command, flagsOf } from '../command.ts'
import { completionFor, isShell, SHELLS } from '../completion-script.ts'
import { UsageError } from '../fault.ts'

export default command({
  about: 'Prints a script that lets a shell complete commands and flags.',
  words: ['SHELL'],
  flags: {},
  examples: [
    'source <(moot completion bash)',
    'moot completion zsh > ~/.zfunc/_moot',
    'moot completion fish > ~/.config/fish/completions/moot.fish',
  ],
  takesNoBranch: true,
  run: async ({ words, around, commands }) => {
    const [shell = ''] = words
    if (!isShell(shell)) throw new UsageError(`no completion for ${shell}: there is ${SHELLS.join(', ')}`)
    const names = Object.keys(commands)
    const loaded = await Promise.all(
      names.map(async name => [name, await loadFlags(commands, name)] as const),
    )
    await around.out.write(
      completionFor(shell, [
        ...loaded,
        ['help', [...new Set(names.map(name => name.split(' ')[0] ?? name))]],
      ]),
    )
    return undefined
  },
})

async function loadFlags(commands: CommandTable, name: string): Promise<string[]> {
  const module = await commands[name]?.load()
  return module === undefined ? [] : Object.keys(flagsOf(module.default)).map(flag => `--${flag}`)
}
