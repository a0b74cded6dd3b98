import type { Judge } from '../judge.ts'
import { type ChatOptions, createChatClient } from './chat-client.ts'
import { judgeOver } from './judge-over.ts'

export type ModelJudgeOptions = ChatOptions

/**
 * A judge that asks the model behind an endpoint that speaks OpenAI's chat completions protocol.
 * @throws UsageError if the address or the key is none
 */
export function createModelJudge(options: ModelJudgeOptions): Judge {
  return judgeOver(createChatClient(options))
}
