import { APICallError } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { expect, test } from 'vitest'
import { JudgeUnavailableError } from '../judge-unavailable-error.ts'
import { answerText, caseOf, neighbourOf } from '../testing/case-of.ts'
import { judgeWith } from './ai-sdk.ts'
import { VERDICT_SCHEMA } from './answer-schema.ts'
import { promptOf } from './prompt.ts'

const PICK_2 = answerText({ verdict: 'pick', pick: 2 })
const never = new AbortController().signal

type Generate = Exclude<ConstructorParameters<typeof MockLanguageModelV4>[0], undefined>['doGenerate']
type Result = Extract<Generate, readonly unknown[]>[number]

function result(text: string, changes: Partial<Result> = {}): Result {
  return {
    content: [{ type: 'text', text }],
    finishReason: { unified: 'stop', raw: undefined },
    usage: {
      inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: 20, text: 20, reasoning: undefined },
    },
    warnings: [],
    ...changes,
  }
}

function modelOf(...results: readonly Result[]): MockLanguageModelV4 {
  let calls = 0
  return new MockLanguageModelV4({
    modelId: 'mock',
    doGenerate: async () => results[Math.min(calls++, results.length - 1)] ?? result(''),
  })
}

function failing(status: number, changes: { body?: string; headers?: Record<string, string> } = {}) {
  return new MockLanguageModelV4({
    doGenerate: async () => {
      throw new APICallError({
        message: `HTTP ${status}`,
        url: 'http://127.0.0.1',
        requestBodyValues: {},
        statusCode: status,
        isRetryable: status >= 500 || status === 429,
        ...(changes.body === undefined ? {} : { responseBody: changes.body }),
        ...(changes.headers === undefined ? {} : { responseHeaders: changes.headers }),
      })
    },
  })
}

test('a model of the AI SDK judges with the same prompt and the same schema', async () => {
  const model = modelOf(result(PICK_2))
  expect(await judgeWith(model).judge(caseOf(), never)).toEqual({
    verdict: { kind: 'pick', pick: 2 },
    confidence: 0.9,
    rationale: 'The second was said later.',
    model: 'mock',
    promptHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    tokens: { input: 10, output: 20, estimated: false },
  })
  const [system, user] = promptOf(caseOf()).messages
  expect(model.doGenerateCalls[0]).toMatchObject({
    temperature: 0,
    prompt: [
      { role: 'system', content: system?.content },
      { role: 'user', content: [{ type: 'text', text: user?.content }] },
    ],
    responseFormat: { type: 'json', name: 'verdict', schema: VERDICT_SCHEMA.schema },
  })
})

test.each([
  ['I pick the second.', 'it is not one JSON object'],
  [answerText({ verdict: 'pick', pick: 9 }), 'its pick is not the number of a candidate'],
  ['', 'it is empty'],
])('an answer such as %s is asked for once more, then deferred', async (text, why) => {
  const model = modelOf(result(text))
  expect(await judgeWith(model).judge(caseOf(), never)).toMatchObject({
    verdict: { kind: 'defer' },
    confidence: 0,
    rationale: `the model's answer could not be used: ${why}`,
    tokens: { input: 20, output: 40 },
  })
  expect(model.doGenerateCalls).toHaveLength(2)
})

test('the second answer counts, also in a code fence', async () => {
  const judge = judgeWith(modelOf(result('no'), result(`\`\`\`json\n${PICK_2}\n\`\`\``)))
  expect((await judge.judge(caseOf(), never)).verdict).toEqual({ kind: 'pick', pick: 2 })
})

test('what is cut off or filtered is told apart', async () => {
  const finish = (unified: 'length' | 'content-filter') =>
    judgeWith(modelOf(result(PICK_2, { finishReason: { unified, raw: undefined } }))).judge(caseOf(), never)
  expect((await finish('length')).rationale).toMatch(/cut off/)
  expect((await finish('content-filter')).rationale).toMatch(/refuses/)
})

test('tokens that nobody counted are estimated', async () => {
  const usage = {
    inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: undefined, text: undefined, reasoning: undefined },
  }
  const { tokens } = await judgeWith(modelOf(result(PICK_2, { usage }))).judge(caseOf(), never)
  expect(tokens).toMatchObject({ estimated: true, output: Math.ceil(PICK_2.length / 4) })
})

test('nobody answers: it says when to come back', async () => {
  const judge = judgeWith(failing(429, { headers: { 'retry-after': '7' } }), { retries: 0 })
  const error = await judge.judge(caseOf(), never).catch(reason => reason)
  expect(error).toBeInstanceOf(JudgeUnavailableError)
  expect(error).toMatchObject({ retryAfterMs: 7000, message: 'the model does not answer: HTTP 429' })
  await expect(judgeWith(failing(401)).judge(caseOf(), never)).rejects.toThrow(JudgeUnavailableError)
})

test('a text that a filter stops is deferred', async () => {
  const judge = judgeWith(failing(400, { body: '{"error":{"code":"content_filter"}}' }))
  expect((await judge.judge(caseOf(), never)).verdict).toEqual({ kind: 'defer' })
})

test('whoever aborts is let go with the own reason, and who is late is not waited for', async () => {
  const reason = new Error('enough')
  const abort = new AbortController()
  const hanging = new MockLanguageModelV4({
    doGenerate: ({ abortSignal }) =>
      new Promise((_, reject) => {
        abortSignal?.addEventListener('abort', () => reject(abortSignal.reason))
        if (hanging.doGenerateCalls.length === 1) abort.abort(reason)
      }),
  })
  await expect(judgeWith(hanging).judge(caseOf(), abort.signal)).rejects.toBe(reason)
  await expect(judgeWith(hanging, { timeoutMs: 30 }).judge(caseOf(), never)).rejects.toThrow(
    'the model does not answer: no answer within 30 ms',
  )
})

test('it reconciles too', async () => {
  const text = JSON.stringify({ reason: 'The same.', op: 'NOOP', target: 1, confidence: 0.9 })
  const decided = await judgeWith(modelOf(result(text))).reconcile(
    neighbourOf('a'),
    [neighbourOf('a')],
    never,
  )
  expect(decided).toMatchObject({ op: 'NOOP', target: 0, by: 'mock', tokens: { input: 10, output: 20 } })
})
