import { isBe } from './cues.ts'
import { textAt } from './pieces.ts'
import type { Raw } from './tokenise.ts'
import { IGNORED, type Tongue } from './words/function-words.ts'

/** Whether piece `i` says nothing that the words around it do not say. */
export function isIgnored(raws: readonly Raw[], i: number, tongue: Tongue): boolean {
  const raw = raws[i]
  if (raw === undefined || (raw.capital && raw.text.length === 1 && i > 0)) return false
  return IGNORED[tongue].has(raw.text) && !(raw.text === 'on' && isParticle(raws, i))
}

/** The `on` of `the heating is on`: nothing follows that it could be a preposition of. */
const isParticle = (raws: readonly Raw[], i: number): boolean =>
  isBe(textAt(raws, i - 1)) &&
  /^(in|at|since|for|until|all|by|again|while|when|\.|)$/.test(textAt(raws, i + 1))
