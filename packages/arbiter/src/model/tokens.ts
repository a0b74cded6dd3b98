import type { Question, TokenCount } from './chat.ts'
import { CHARACTERS_OF_TOKEN } from './limits.ts'

export const NO_TOKENS: TokenCount = { input: 0, output: 0, estimated: false }

/** What an endpoint counted, or else an estimate that says so. */
export function tokensOf(
  { messages }: Question,
  answer: string,
  counted: { readonly input: number; readonly output: number } | null,
): TokenCount {
  if (counted !== null) return { ...counted, estimated: false }
  const asked = messages.reduce((sum, { content }) => sum + content.length, 0)
  return { input: estimate(asked), output: estimate(answer.length), estimated: true }
}

/** Estimated if either is. */
export function addTokens(a: TokenCount, b: TokenCount): TokenCount {
  return { input: a.input + b.input, output: a.output + b.output, estimated: a.estimated || b.estimated }
}

function estimate(characters: number): number {
  return Math.ceil(characters / CHARACTERS_OF_TOKEN)
}
