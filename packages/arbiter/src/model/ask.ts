/** One question to a model, and a second chance. */
import type { Answer, Chat, Question, TokenCount } from './chat.ts'
import { promptHash, repaired } from './prompt.ts'
import { fault, type Reading } from './reading.ts'
import { addTokens, tokensOf } from './tokens.ts'
import { UnusableAnswerError } from './unusable-answer-error.ts'

export interface Asked<T> {
  readonly reading: Reading<T>
  readonly model: string
  readonly promptHash: string
  readonly tokens: TokenCount
}

/**
 * Asks, and once more if the answer cannot be used: the model is told what was wrong in our words, and not what it had
 * said, which may be somebody else's. Whoever refuses is not asked again.
 * @throws JudgeUnavailableError if nobody answers
 */
export async function ask<T>(
  chat: Chat,
  question: Question,
  parse: (text: string) => Reading<T>,
  signal: AbortSignal,
): Promise<Asked<T>> {
  const { again, ...first } = await askOnce(chat, question, parse, signal)
  if (first.reading.ok || !again) return { ...first, promptHash: promptHash(chat.name, [question]) }
  const second = repaired(question, first.reading.fault)
  const { reading, model, tokens } = await askOnce(chat, second, parse, signal)
  return {
    reading,
    model,
    promptHash: promptHash(chat.name, [question, second]),
    tokens: addTokens(first.tokens, tokens),
  }
}

interface Once<T> {
  readonly reading: Reading<T>
  /** Whether another answer may be better. */
  readonly again: boolean
  readonly model: string
  readonly tokens: TokenCount
}

async function askOnce<T>(
  chat: Chat,
  question: Question,
  parse: (text: string) => Reading<T>,
  signal: AbortSignal,
): Promise<Once<T>> {
  try {
    const answer = await chat.ask(question, signal)
    const { model, tokens } = answer
    return { reading: readingOf(answer, parse), again: answer.finish !== 'refused', model, tokens }
  } catch (error) {
    if (!(error instanceof UnusableAnswerError)) throw error
    // Nothing says what it took; what was sent is known.
    return {
      reading: fault(error.message),
      again: false,
      model: chat.name,
      tokens: tokensOf(question, '', null),
    }
  }
}

function readingOf<T>({ finish, text }: Answer, parse: (text: string) => Reading<T>): Reading<T> {
  switch (finish) {
    case 'refused':
      return fault('the model refuses to answer')
    case 'length':
      return fault('it was cut off at the limit of its length')
    case 'stop':
      return parse(text)
  }
}
