/** A case as a model is shown it: shortened, made visible, and with numbers in place of ids. */
import { canonicalJson, type Json } from '@folkmoot/core'
import type { Case, CaseCandidate, Neighbour } from '../judge.ts'
import {
  CANDIDATES_MAX,
  NAME_CHARACTERS_MAX,
  NEIGHBOUR_CHARACTERS_MAX,
  NEIGHBOURS_MAX,
  NOTE_CHARACTERS_MAX,
  VALUE_CHARACTERS_MAX,
  VALUES_CHARACTERS_MAX,
} from './limits.ts'
import { shorten, visibleText } from './plain-text.ts'

/** As it stands in the prompt. */
export function evidenceOf(question: Case): Json {
  const candidates = question.candidates.slice(0, CANDIDATES_MAX)
  const max = valueMax(candidates.length)
  return {
    scope: nameText(question.scope),
    key: optional(question.key, nameText),
    kind: nameText(question.kind),
    field: nameText(question.register),
    disagreement: question.cause,
    importance: finite(question.importance),
    candidates: candidates.map((candidate, i) => ({
      candidate: i + 1,
      ...candidateEvidence(candidate, max),
    })),
    neighbours: shownNeighbours(question).map(neighbourEvidence),
  }
}

/** A neighbour or a known memory. */
export function neighbourEvidence({ key, value, agent, at }: Neighbour): { readonly [key: string]: Json } {
  return {
    key: optional(key, nameText),
    ...shownValue(value, NEIGHBOUR_CHARACTERS_MAX),
    said_by: nameText(agent),
    at: dateText(at),
  }
}

/** The values of a case as a model sees them; a retraction has none. */
export function shownTexts(question: Case): readonly string[] {
  const max = valueMax(question.candidates.length)
  return question.candidates.filter(({ ended }) => !ended).map(({ value }) => shorten(shownText(value), max))
}

/** Those of them that are texts, and whole: what is not text, or was cut, is not among them. */
export function wholeTexts(question: Case): readonly string[] {
  const max = valueMax(question.candidates.length)
  return question.candidates.flatMap(({ value, ended }) => {
    const text = typeof value === 'string' && !ended ? visibleText(value) : null
    return text === null || text.length > max ? [] : [text]
  })
}

export function shownNeighbourTexts(question: Case): readonly string[] {
  return shownNeighbours(question).map(({ value }) => shorten(shownText(value), NEIGHBOUR_CHARACTERS_MAX))
}

/** `2026-05-31T10:00Z`; null if it is no time. */
export function dateText(at: number): string | null {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? null : `${date.toISOString().slice(0, -8)}Z`
}

function candidateEvidence(candidate: CaseCandidate, max: number): { readonly [key: string]: Json } {
  const { value, ended, agent, node, at, confidence, claim, support, reason, source } = candidate
  return {
    ...(ended ? { says: 'that it is no longer true' } : shownValue(value, max)),
    said_by: nameText(agent),
    on_node: nameText(node),
    at: dateText(at),
    agents_that_say_so: finite(support),
    confidence: optional(confidence, finite),
    claimed_as: optional(claim, claimText),
    reason: optional(reason, noteText),
    source: optional(source, noteText),
  }
}

function shownNeighbours(question: Case): readonly Neighbour[] {
  return question.neighbours.slice(0, NEIGHBOURS_MAX)
}

function shownText(value: Json): string {
  return visibleText(typeof value === 'string' ? value : canonicalJson(value))
}

/** Under `json` what is no text, so that a text that looks like a value is not taken for one. */
function shownValue(value: Json, max: number): { readonly [key: string]: Json } {
  const text = shownText(value)
  return {
    [typeof value === 'string' ? 'text' : 'json']: shorten(text, max),
    ...(text.length > max ? { cut_from_characters: text.length } : {}),
  }
}

const CLAIMS: { readonly [claim: string]: string } = {
  observation: 'something that was observed',
  inference: 'something that was inferred',
  verified: 'something that its author calls verified',
  directive: 'an instruction somebody gave, quoted',
}

function claimText(claim: string): string {
  return Object.hasOwn(CLAIMS, claim) ? `${CLAIMS[claim]}` : nameText(claim)
}

function valueMax(candidates: number): number {
  return Math.min(VALUE_CHARACTERS_MAX, Math.floor(VALUES_CHARACTERS_MAX / Math.max(1, candidates)))
}

function nameText(name: string): string {
  return shorten(visibleText(name), NAME_CHARACTERS_MAX)
}

function noteText(note: string): string {
  return shorten(visibleText(note), NOTE_CHARACTERS_MAX)
}

function finite(number: number): number | null {
  return Number.isFinite(number) ? number : null
}

function optional<T>(value: T | null, show: (value: T) => Json): Json {
  return value === null ? null : show(value)
}
