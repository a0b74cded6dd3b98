export const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

/** A command and the words that can follow it. */
type Completion = readonly [name: string, words: readonly string[]]

export function isShell(word: string): word is Shell {
  return SHELLS.includes(word as Shell)
}

export function completionFor(shell: Shell, completions: readonly Completion[]): string {
  return SCRIPTS[shell](completions)
}

const SCRIPTS: Readonly<Record<Shell, (completions: readonly Completion[]) => string>> = {
  bash: completions => `_moot() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" words
  COMPREPLY=()
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1} " in
${cases(completions)}
    *) words="${firstWords(completions)}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _moot moot
`,

  zsh: completions => `#compdef moot
_moot() {
  local words_so_far="\${words[2,CURRENT-1]} " candidates
  case "$words_so_far" in
${cases(completions).replaceAll('words=', 'candidates=')}
    *) candidates="${firstWords(completions)}" ;;
  esac
  compadd -- \${=candidates}
  _files
}
compdef _moot moot
`,

  fish: completions => {
    const first = `complete -c moot -n __fish_use_subcommand -a '${firstWords(completions)}'`
    const rest = completions.flatMap(([name, words]) => {
      const [head = '', sub] = name.split(' ')
      const seen = `__fish_seen_subcommand_from ${head}`
      const when = sub === undefined ? seen : `${seen}; and __fish_seen_subcommand_from ${sub}`
      const offer = sub === undefined ? [] : [`complete -c moot -n '${seen}' -a ${sub}`]
      return [...offer, ...words.map(word => `complete -c moot -n '${when}' ${fishWord(word)}`)]
    })
    return `${[first, ...rest].join('\n')}\n`
  },
}

function fishWord(word: string): string {
  return word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${JSON.stringify(word)}`
}

/** Longer names first: `block show` before `block`, whose words are the second halves. */
function cases(completions: readonly Completion[]): string {
  const groups = new Map<string, string[]>()
  for (const [name] of completions) {
    const [head = '', sub] = name.split(' ')
    if (sub !== undefined) groups.set(head, [...(groups.get(head) ?? []), sub])
  }
  return [...completions, ...groups]
    .map(([name, words]) => `    "${name} "*) words="${words.join(' ')}" ;;`)
    .join('\n')
}

function firstWords(completions: readonly Completion[]): string {
  return [...new Set(completions.map(([name]) => name.split(' ')[0]))].join(' ')
}
