import type { Json } from '@folkmoot/core'
import type { Case, CaseCandidate, Neighbour } from '../judge.ts'

const NOON = Date.UTC(2026, 4, 1, 12)
const HOUR = 3_600_000

export function candidateOf(value: Json, changes: Partial<CaseCandidate> = {}): CaseCandidate {
  return {
    value,
    ended: false,
    agent: 'billing',
    node: 'zylos01',
    at: NOON,
    confidence: null,
    claim: null,
    support: 1,
    reason: null,
    source: null,
    ...changes,
  }
}

export function neighbourOf(value: Json, changes: Partial<Neighbour> = {}): Neighbour {
  return { key: null, value, agent: 'support', at: NOON, ...changes }
}

/** Two concurrent values of one record, unless other candidates are given. */
export function caseOf(
  candidates: readonly (string | CaseCandidate)[] = [
    'Anna asks for an aisle seat on long flights',
    'Anna asks for a window seat on short flights',
  ],
  changes: Partial<Case> = {},
): Case {
  return {
    id: '0b9b8a55-66c1-4c8c-a9a4-2f4a36bb1c8e',
    scope: 'app=travel',
    cause: 'concurrent-values',
    register: 'content',
    key: 'customer/anna/seat',
    kind: 'semantic',
    importance: 0.5,
    candidates: candidates.map((candidate, i) =>
      typeof candidate === 'string'
        ? candidateOf(candidate, { agent: `agent-${i + 1}`, at: NOON + i * HOUR })
        : candidate,
    ),
    neighbours: [],
    advice: null,
    ...changes,
  }
}

/** A model's answer to a case, as JSON; a defer unless said otherwise. */
export function answerText(changes: { readonly [name: string]: unknown }): string {
  return JSON.stringify({
    rationale: 'The second was said later.',
    verdict: 'defer',
    pick: null,
    value: null,
    contexts: null,
    confidence: 0.9,
    ...changes,
  })
}
