/** What a played model answers to a case that an arbiter put before it. */
import type { ChatRequest } from './openai-server/behaviour.ts'
import { takeApart } from './openai-server/take-apart.ts'

/** A case as the model is shown it. */
export interface Shown {
  readonly key: string
  readonly scope: string
  readonly candidates: readonly { readonly candidate: number; readonly text: string }[]
}

export function shownIn(request: ChatRequest): Shown {
  return takeApart(request).evidence as unknown as Shown
}

/** An answer of the form that is asked for. */
export function verdict(members: { readonly [name: string]: unknown }): string {
  const nothing = { pick: null, value: null, contexts: null }
  return JSON.stringify({
    ...{ rationale: 'It was observed.', verdict: 'pick', ...nothing, confidence: 0.9 },
    ...members,
  })
}

/** Picks the candidate that says this; without one it has no answer to give. */
export function picking(text: string, members: { readonly [name: string]: unknown } = {}) {
  return (request: ChatRequest): string => {
    const found = shownIn(request).candidates.find(candidate => candidate.text.includes(text))
    return found === undefined ? 'none of them' : verdict({ pick: found.candidate, ...members })
  }
}
