import type { Chance } from '../simulation/random.ts'

/** What grammars turn on: separators, quotes, wild cards, and characters that are not what they look like. */
const TELLING = [
  ',',
  '=',
  '*',
  ':',
  '.',
  '-',
  '/',
  '"',
  '\\',
  '{',
  '[',
  ' ',
  '\n',
  '\t',
  '\0',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\ud800',
  'é',
  'e\u0301',
  '😀',
  '0',
  '9'.repeat(20),
  '1e400',
  '__proto__',
  'app=',
  'user=',
  'run=x',
  'read',
  'null',
] as const

export function mutateText(chance: Chance, sample: string, others: readonly string[]): string {
  let text = sample
  for (let left = chance.between(1, 4); left > 0; left--) text = once(chance, text, others)
  return text.slice(0, 100_000)
}

function once(chance: Chance, text: string, others: readonly string[]): string {
  const at = chance.between(0, text.length)
  const to = Math.min(text.length, at + chance.between(1, 8))
  const [before, there, after] = [text.slice(0, at), text.slice(at, to), text.slice(to)]
  switch (chance.between(0, 7)) {
    case 0:
      return before + chance.pick(TELLING) + there + after
    case 1:
      return before + chance.pick(TELLING) + after
    case 2:
      return before + after
    case 3:
      return before
    case 4: {
      const other = chance.pick(others)
      return before + other.slice(chance.between(0, other.length))
    }
    case 5:
      return before + there.repeat(chance.pick([2, 3, 100, 2000])) + after
    case 6:
      return chance.hit(0.5) ? text.toUpperCase() : text.normalize('NFD')
    default:
      return before + there.split('').reverse().join('') + after
  }
}
