/** What a model says of a statement, held against the known memories that it was shown. */
import type { Operation } from '../judge.ts'
import { decisionAnswer } from './answer-schema.ts'
import { CONFIDENCE_MIN, RATIONALE_CHARACTERS_MAX } from './limits.ts'
import { parseAnswer } from './parse-answer.ts'
import { paragraph } from './plain-text.ts'
import { fault, type Reading } from './reading.ts'

export interface ParsedDecision {
  readonly op: Operation
  /** Counted from 0; null for ADD. */
  readonly target: number | null
  readonly reason: string
  readonly confidence: number
}

/** Never throws, never gives a target outside the `shown` memories. One of too little confidence becomes an ADD. */
export function parseDecision(text: string, shown: number): Reading<ParsedDecision> {
  const reading = parseAnswer(text, decisionAnswer)
  if (!reading.ok) return reading
  const { op, target, confidence } = reading.value
  const reason = paragraph(reading.value.reason, RATIONALE_CHARACTERS_MAX)
  if (reason === '') return fault('its reason is empty')
  if (op === 'ADD' || confidence < CONFIDENCE_MIN)
    return { ok: true, value: { op: 'ADD', target: null, reason, confidence } }
  if (target === null || !Number.isInteger(target) || target < 1 || target > shown)
    return fault('its target is not the number of a known memory')
  return { ok: true, value: { op, target: target - 1, reason, confidence } }
}
