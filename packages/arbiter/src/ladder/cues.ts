/** Words that say how the rest is meant: denied, over, about so, or in place of something else. */
import { gerundOf } from './lemma.ts'
import { readValue } from './read-values.ts'
import type { Raw } from './tokenise.ts'
import { CORRECTIONS, HEDGES, NEGATIONS, type Tongue, WITH_NEGATION } from './words/function-words.ts'
import { wordSet } from './words/table.ts'

export interface Cue {
  /** `end` denies as well. `reject` begins what is not so, `move` what was so and what is so instead. */
  readonly kind: 'negate' | 'end' | 'hedge' | 'correct' | 'reject' | 'move' | 'nothing'
  /** Pieces that it takes. */
  readonly taken: number
}

const MOVING = wordSet(`
  moved changed switched postponed rescheduled shifted migrated extended raised lowered increased reduced bumped
  upgraded downgraded renamed updated corrected cut
`)
const STOPPING = new Set(['stopped', 'stops', 'quit', 'quits', 'ceased'])
const DENYING = new Set(['denies', 'denied'])
/** After a negation: it was so before. */
const ENDING = new Set(['longer', 'mehr'])
/** Followed by what is taken, and `over` what is not. */
const CHOOSING = /^(choos|chose|pick|prefer|select|favou?r)/
const REPLACING = new Set(['instead of', 'rather than'])

/** Everything a cue may begin with; most words are none. */
const FIRST_WORDS: ReadonlySet<string> = new Set([
  ...[...MOVING, ...STOPPING, ...DENYING, ...WITH_NEGATION, ...HEDGES, ...CORRECTIONS],
  ...Object.values(NEGATIONS).flatMap(words => [...words]),
  ...['instead', 'rather', 'used', 'any', 'over'],
])

/** The cue at piece `i`, or null. */
export function cueAt(raws: readonly Raw[], i: number, tongue: Tongue): Cue | null {
  const raw = raws[i]
  if (raw === undefined || raw.sort !== 'word' || !FIRST_WORDS.has(raw.text)) return null
  return replacing(raws, i) ?? denying(raws, i, tongue) ?? qualifying(raws, i)
}

const textAt = (raws: readonly Raw[], i: number): string => raws[i]?.text ?? ''

function replacing(raws: readonly Raw[], i: number): Cue | null {
  if (REPLACING.has(`${textAt(raws, i)} ${textAt(raws, i + 1)}`)) return { kind: 'reject', taken: 2 }
  if (textAt(raws, i) === 'not' && textAt(raws, i - 1) === ',') return { kind: 'reject', taken: 1 }
  if (textAt(raws, i) === 'over' && raws.slice(0, i).some(({ text }) => CHOOSING.test(text)))
    return { kind: 'reject', taken: 1 }
  return MOVING.has(textAt(raws, i)) && /^(from|to)$/.test(textAt(raws, i + 1))
    ? { kind: 'move', taken: 1 }
    : null
}

function denying(raws: readonly Raw[], i: number, tongue: Tongue): Cue | null {
  const text = textAt(raws, i)
  const next = textAt(raws, i + 1)
  const before = textAt(raws, i - 1)
  if (text === 'used' && next === 'to' && !isBe(before)) return { kind: 'end', taken: 2 }
  if (STOPPING.has(text) && gerundOf(next) !== undefined) return { kind: 'end', taken: 1 }
  if (DENYING.has(text) && next === 'that') return { kind: 'negate', taken: 2 }
  if (DENYING.has(text) && gerundOf(next) !== undefined) return { kind: 'negate', taken: 1 }
  if (isNegation(raws, i, tongue))
    return { kind: ENDING.has(next) || before === 'ya' ? 'end' : 'negate', taken: 1 }
  if (WITH_NEGATION.has(text) && isNegation(raws, i - 1, tongue)) return { kind: 'nothing', taken: 1 }
  if (text === 'ya' && isNegation(raws, i + 1, tongue)) return { kind: 'nothing', taken: 1 }
  const elided = text === 'plus' && raws.some(raw => raw.text === 'ne' || raw.text === "n'")
  if (elided) return { kind: 'end', taken: 1 }
  return isAnyMore(text, next) && raws.slice(0, i).some((_, at) => isNegation(raws, at, tongue))
    ? { kind: 'end', taken: text === 'any' ? 2 : 1 }
    : null
}

function qualifying(raws: readonly Raw[], i: number): Cue | null {
  const text = textAt(raws, i)
  if (HEDGES.has(text) && readValue(raws, i + 1) !== null) return { kind: 'hedge', taken: 1 }
  return CORRECTIONS.has(text) ? { kind: 'correct', taken: 1 } : null
}

const isAnyMore = (text: string, next: string): boolean =>
  text === 'anymore' || (text === 'any' && next === 'more')

/** `not only` denies nothing, and `no more than 5` is a number. */
function isNegation(raws: readonly Raw[], i: number, tongue: Tongue): boolean {
  const text = textAt(raws, i)
  if (!NEGATIONS[tongue].has(text) && text !== 'not' && text !== "n't") return false
  if (text === 'no' && raws[i]?.capital && i > 0) return false
  const next = textAt(raws, i + 1)
  const compares =
    /^(more|less|fewer|later|earlier|higher|lower)$/.test(next) && textAt(raws, i + 2) === 'than'
  return next !== 'only' && next !== 'just' && !compares
}

export const isBe = (text: string): boolean => /^(be|is|are|was|were|been|being|am)$/.test(text)
