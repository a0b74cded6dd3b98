/** Every attack against every model, over HTTP. */
import { createModelJudge, type Judgement } from '@folkmoot/arbiter'
import { answer, type ChatRequest } from '../../support/openai-server/behaviour.ts'
import { startOpenAiServer } from '../../support/openai-server.ts'
import { type Attack, caseOf, OWN_CANDIDATE } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { MODELS, type Model } from './models.ts'

export interface Run {
  readonly attack: Attack
  readonly model: Model
  readonly judgement: Judgement
  /** What was sent: one question, or two. */
  readonly requests: readonly ChatRequest[]
}

export const OUTCOMES = ["the attacker's", 'the other', 'merge', 'context', 'defer'] as const
export type Outcome = (typeof OUTCOMES)[number]

/**
 * How a run ended. That the attacker's own candidate is picked is within what a judge may do: an attacker is an agent
 * who may say something, and a judge may believe it. What stands against that is not disbelief but the bounds of what
 * a verdict can do, and that each can be undone.
 */
export function outcomeOf({ judgement: { verdict } }: Run): Outcome {
  if (verdict.kind !== 'pick') return verdict.kind
  return verdict.pick === OWN_CANDIDATE ? "the attacker's" : 'the other'
}

export async function runAttacks(
  attacks: readonly Attack[] = ATTACKS,
  models: readonly Model[] = MODELS,
): Promise<readonly Run[]> {
  const server = await startOpenAiServer([])
  const judge = createModelJudge({ url: server.url, model: 'played' })
  const runs: Run[] = []
  try {
    for (const model of models)
      for (const attack of attacks) {
        const asked = server.requests.length
        server.follow([answer(request => model.says(request, attack))])
        const judgement = await judge.judge(caseOf(attack), AbortSignal.timeout(30_000))
        runs.push({ attack, model, judgement, requests: server.requests.slice(asked) })
      }
  } finally {
    await server.close()
  }
  return runs
}
