/** What a model says of a case, held against the case. */
import type * as v from 'valibot'
import type { Case, Verdict } from '../judge.ts'
import { verdictAnswer } from './answer-schema.ts'
import { dateText, shownNeighbourTexts, shownTexts, wholeTexts } from './evidence.ts'
import { mergeFault, whenFault } from './grounding.ts'
import {
  CONFIDENCE_MIN,
  MERGE_CHARACTERS_MAX,
  RATIONALE_CHARACTERS_MAX,
  WHEN_CHARACTERS_MAX,
} from './limits.ts'
import { parseAnswer } from './parse-answer.ts'
import { isVisible, paragraph } from './plain-text.ts'
import { promptOf } from './prompt.ts'
import { fault, type Reading } from './reading.ts'

export interface ParsedVerdict {
  readonly verdict: Verdict
  readonly confidence: number
  readonly rationale: string
}

type VerdictAnswer = v.InferOutput<typeof verdictAnswer>

/**
 * Never throws. A verdict is one of the case: a candidate of it, a text of its candidates' words, conditions for its
 * candidates, or none. One of too little confidence becomes a `defer`.
 */
export function parseVerdict(text: string, question: Case): Reading<ParsedVerdict> {
  const reading = parseAnswer(text, verdictAnswer)
  if (!reading.ok) return reading
  const verdict = verdictOf(reading.value, question)
  if (!verdict.ok) return verdict
  const { confidence } = reading.value
  const rationale = paragraph(reading.value.rationale, RATIONALE_CHARACTERS_MAX)
  if (rationale === '') return fault('its rationale is empty')
  const sure = confidence >= CONFIDENCE_MIN
  return { ok: true, value: { verdict: sure ? verdict.value : { kind: 'defer' }, confidence, rationale } }
}

function verdictOf(answer: VerdictAnswer, question: Case): Reading<Verdict> {
  switch (answer.verdict) {
    case 'pick':
      if (!isCandidate(answer.pick, question)) return fault('its pick is not the number of a candidate')
      return { ok: true, value: { kind: 'pick', pick: answer.pick } }
    case 'merge':
      return mergeOf(answer.value, question)
    case 'context':
      return contextsOf(answer.contexts, question)
    case 'defer':
      return { ok: true, value: { kind: 'defer' } }
  }
}

function mergeOf(given: string | null, question: Case): Reading<Verdict> {
  const value = given?.trim() ?? ''
  if (value === '') return fault('its value is empty')
  if (value.length > MERGE_CHARACTERS_MAX)
    return fault(`its value is longer than ${MERGE_CHARACTERS_MAX} characters`)
  if (!isVisible(value)) return fault('its value has characters that nobody sees')
  const texts = wholeTexts(question)
  if (texts.length < question.candidates.filter(({ ended }) => !ended).length || texts.length === 0)
    return fault('these candidates cannot be merged: not all of them are whole texts')
  const wrong = fenceFault(value, question) ?? mergeFault(value, texts)
  return wrong === null ? { ok: true, value: { kind: 'merge', value } } : fault(wrong)
}

function contextsOf(given: VerdictAnswer['contexts'], question: Case): Reading<Verdict> {
  const contexts = given ?? []
  const picks = new Set(contexts.map(({ pick }) => pick))
  if (picks.size < 2) return fault('its contexts do not name two different candidates')
  if (picks.size < contexts.length) return fault('its contexts name a candidate twice')
  if (!contexts.every(({ pick }) => isCandidate(pick, question)))
    return fault('its contexts name a number that is not one of a candidate')
  if (contexts.some(({ pick }) => question.candidates[pick - 1]?.ended))
    return fault('its contexts name a candidate that says that something is no longer true')
  const trimmed = contexts.map(({ pick, when }) => ({ pick, when: when.trim() }))
  const wrong = trimmed.map(({ when }) => conditionFault(when, question)).find(why => why !== null)
  return wrong === undefined ? { ok: true, value: { kind: 'context', contexts: trimmed } } : fault(wrong)
}

function conditionFault(when: string, question: Case): string | null {
  if (when === '') return 'a condition is empty'
  if (when.length > WHEN_CHARACTERS_MAX) return `a condition is longer than ${WHEN_CHARACTERS_MAX} characters`
  if (!isVisible(when) || /[\n\t]/.test(when)) return 'a condition is not one line of visible text'
  const days = question.candidates.flatMap(daysOf)
  return (
    fenceFault(when, question) ?? whenFault(when, shownTexts(question), shownNeighbourTexts(question), days)
  )
}

/** A day in the ways that it may be named: whole, its month, its year. */
function daysOf({ at }: { readonly at: number }): readonly string[] {
  const day = dateText(at)?.slice(0, 10)
  return day === undefined ? [] : [day, day.slice(0, 7), day.slice(0, 4)]
}

function fenceFault(text: string, question: Case): string | null {
  return text.toLowerCase().includes(promptOf(question).token) ? 'it repeats the frame of the evidence' : null
}

function isCandidate(pick: number | null, { candidates }: Case): pick is number {
  return pick !== null && Number.isInteger(pick) && pick >= 1 && pick <= candidates.length
}
