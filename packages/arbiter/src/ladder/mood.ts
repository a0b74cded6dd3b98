/** Whether a statement says how things are at all. */
import type { Mood } from './reading.ts'
import type { Raw } from './tokenise.ts'
import { HEARSAY, HYPOTHETICAL, QUESTION_MARKS, REPORTING } from './words/function-words.ts'
import { verbForm } from './words/verbs.ts'

export function moodOf(raws: readonly Raw[]): Mood {
  let mood: Mood = 'plain'
  for (const [i, { text, sort, capital }] of raws.entries()) {
    if (sort === 'sign' && QUESTION_MARKS.has(text)) return 'question'
    if (sort !== 'word' || mood === 'hypothetical') continue
    if (HYPOTHETICAL.has(text) && (!capital || i === 0)) mood = 'hypothetical'
    else if (mood === 'plain' && isReporting(raws, i)) mood = 'reported'
  }
  return mood
}

/** A verb of saying that is followed by what is said; `Anna reports to Bob` and `wants a report` are none. */
function isReporting(raws: readonly Raw[], i: number): boolean {
  const raw = raws[i]
  if (raw === undefined) return false
  if (HEARSAY.has(raw.text)) return true
  if (i === 0 || raw.capital || !REPORTING.has(raw.text)) return false
  const next = raws[i + 1]?.text ?? ''
  if (next === 'that' || next === 'dass' || next === 'que') return true
  const before = raws[i - 1]?.text ?? ''
  if (next === 'to' || next === 'for' || /^(a|an|the|no|weekly|monthly|daily|of)$/.test(before)) return false
  return raws.slice(i + 2).some(({ text, capital }) => !capital && isPredicate(text))
}

const isPredicate = (text: string): boolean => verbForm(text) !== undefined || /....(ed|ing)$/.test(text)
