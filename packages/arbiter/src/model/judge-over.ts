import type { Case, Decision, Judge, Judgement, Neighbour } from '../judge.ts'
import { ask } from './ask.ts'
import type { Chat, TokenCount } from './chat.ts'
import { CANDIDATES_MAX, KNOWN_MAX } from './limits.ts'
import { parseDecision } from './parse-decision.ts'
import { parseVerdict } from './parse-verdict.ts'
import { promptHash, promptOf, reconcilePromptOf } from './prompt.ts'
import { NO_TOKENS } from './tokens.ts'

/** A judge that asks a model, and believes nothing of its answer that the case does not bear out. */
export function judgeOver(chat: Chat): Judge {
  return {
    name: chat.name,
    judge: (question, signal) => judge(chat, question, signal),
    reconcile: (statement, known, signal) => reconcile(chat, statement, known, signal),
  }
}

async function judge(chat: Chat, question: Case, signal: AbortSignal): Promise<Judgement> {
  const count = question.candidates.length
  if (count > CANDIDATES_MAX) return notAsked(chat, `${count} candidates are too many for a model`)
  const prompt = promptOf(question)
  const asked = await ask(chat, prompt, text => parseVerdict(text, question), signal)
  const { reading, ...about } = asked
  if (reading.ok) return { ...reading.value, ...about }
  return { verdict: { kind: 'defer' }, confidence: 0, rationale: unusable(reading.fault), ...about }
}

async function reconcile(
  chat: Chat,
  statement: Neighbour,
  known: readonly Neighbour[],
  signal: AbortSignal,
): Promise<Decision & { readonly tokens: TokenCount }> {
  const shown = known.slice(0, KNOWN_MAX)
  if (shown.length === 0)
    return {
      op: 'ADD',
      target: null,
      reason: 'nothing is known yet',
      confidence: 1,
      by: chat.name,
      tokens: NO_TOKENS,
    }
  const prompt = reconcilePromptOf(statement, shown)
  const { reading, model, tokens } = await ask(
    chat,
    prompt,
    text => parseDecision(text, shown.length),
    signal,
  )
  if (reading.ok) return { ...reading.value, by: model, tokens }
  return { op: 'ADD', target: null, reason: unusable(reading.fault), confidence: 0, by: model, tokens }
}

function notAsked(chat: Chat, why: string): Judgement {
  return {
    verdict: { kind: 'defer' },
    confidence: 0,
    rationale: `the model was not asked: ${why}`,
    model: chat.name,
    promptHash: promptHash(chat.name, []),
    tokens: NO_TOKENS,
  }
}

function unusable(fault: string): string {
  return `the model's answer could not be used: ${fault}`
}
