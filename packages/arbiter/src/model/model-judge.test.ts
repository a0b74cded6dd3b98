/** Judging through a real HTTP endpoint that does all that endpoints do. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  answer,
  type Behaviour,
  type StreamManner,
} from '../../../../test/support/openai-server/behaviour.ts'
import { type OpenAiServer, startOpenAiServer } from '../../../../test/support/openai-server.ts'
import type { Case } from '../judge.ts'
import { JudgeUnavailableError } from '../judge-unavailable-error.ts'
import { answerText, candidateOf, caseOf, neighbourOf } from '../testing/case-of.ts'
import { CANDIDATES_MAX, RESPONSE_BYTES_MAX } from './limits.ts'
import { createModelJudge, type ModelJudgeOptions } from './model-judge.ts'
import { promptOf } from './prompt.ts'

const PICK_2 = answerText({ verdict: 'pick', pick: 2 })
const OUTSIDE = answerText({ verdict: 'pick', pick: 7 })
const never = new AbortController().signal

let server: OpenAiServer
/** How long the judge slept, each time. */
let slept: number[]

beforeEach(async () => {
  server = await startOpenAiServer([answer(() => PICK_2)])
  slept = []
})
afterEach(() => server.close())

function judgeOf(options: Partial<ModelJudgeOptions> = {}) {
  return createModelJudge({
    url: server.url,
    model: 'small',
    random: () => 0,
    sleep: async ms => {
      slept.push(ms)
    },
    ...options,
  })
}

function judged(
  script: readonly Behaviour[],
  options: Partial<ModelJudgeOptions> = {},
  question: Case = caseOf(),
) {
  server.follow(script)
  return judgeOf(options).judge(question, never)
}

async function refusal(script: readonly Behaviour[], options: Partial<ModelJudgeOptions> = {}) {
  const error = await judged(script, options).catch(reason => reason)
  expect(error).toBeInstanceOf(JudgeUnavailableError)
  return error as JudgeUnavailableError
}

describe('an answer', () => {
  test('becomes a judgement', async () => {
    expect(await judged([answer(() => PICK_2)])).toEqual({
      verdict: { kind: 'pick', pick: 2 },
      confidence: 0.9,
      rationale: 'The second was said later.',
      model: 'small-2026-05-01',
      promptHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      tokens: { input: expect.any(Number), output: Math.ceil(PICK_2.length / 4), estimated: false },
    })
  })

  test('is asked for as the protocol says', async () => {
    await judged([answer(() => PICK_2)], { apiKey: 'secret', maxOutputTokens: 99 })
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
      body: {
        model: 'small',
        temperature: 0,
        max_tokens: 99,
        stream: false,
        response_format: { type: 'json_schema', json_schema: { name: 'verdict', strict: true } },
        messages: promptOf(caseOf()).messages,
      },
    })
  })

  test('[J15] can come without a count of tokens: then it is estimated, and says so', async () => {
    const { tokens } = await judged([answer(() => ({ text: PICK_2, usage: null }))])
    expect(tokens).toMatchObject({ estimated: true, output: Math.ceil(PICK_2.length / 4) })
    expect(tokens.input).toBeGreaterThan(100)
  })

  test('without a key has no authorization', async () => {
    await judged([answer(() => PICK_2)])
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })
})

describe('a stream', () => {
  const unicode = answerText({ verdict: 'pick', pick: 2, rationale: 'Zweite, später: ä€😀 安娜' })
  const manners: readonly StreamManner[] = [
    {},
    { pieceBytes: 1 },
    { pieceBytes: 2, lineEnd: '\r\n' },
    { pieceBytes: 3, lineEnd: '\r' },
    { pieceBytes: 7, chatter: true },
    { done: false },
  ]
  test.each(manners)('%j gives the same judgement as a whole answer', async manner => {
    const whole = await judged([answer(() => unicode)])
    const streamed = await judged([answer(() => unicode, manner)], { stream: true })
    expect(streamed).toEqual(whole)
    expect(server.requests[1]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
  })

  test('may be answered as a whole', async () => {
    const body = JSON.stringify({ choices: [{ message: { content: PICK_2 }, finish_reason: 'stop' }] })
    const judgement = await judged([{ do: 'say', body }], { stream: true })
    expect(judgement).toMatchObject({ verdict: { pick: 2 }, model: 'small', tokens: { estimated: true } })
  })

  test('that ends before its answer does is broken, and tried again', async () => {
    const judgement = await judged([{ do: 'truncate', reply: () => PICK_2 }, answer(() => PICK_2)], {
      stream: true,
    })
    expect(judgement.verdict).toEqual({ kind: 'pick', pick: 2 })
    expect(slept).toEqual([250])
  })

  test('that is refused is a refusal', async () => {
    const judgement = await judged([answer(() => ({ text: '', refusal: 'I will not.' }))], { stream: true })
    expect(judgement.rationale).toBe("the model's answer could not be used: the model refuses to answer")
  })

  test('with an error in its middle is tried again', async () => {
    const body = `data: {"choices":[{"delta":{"content":"{"}}]}\n\ndata: {"error":{"message":"overloaded"}}\n\n`
    const script: readonly Behaviour[] = [
      { do: 'say', type: 'text/event-stream', body },
      answer(() => PICK_2),
    ]
    expect(await judged(script, { stream: true })).toMatchObject({ verdict: { pick: 2 } })
  })
})

describe('[J10] an answer that cannot be used', () => {
  const unusable: readonly (readonly [string, Behaviour, string])[] = [
    ['is no JSON', answer(() => 'I pick the second.'), 'it is not one JSON object'],
    ['is broken JSON', answer(() => PICK_2.slice(0, 40)), 'it is not one JSON object'],
    ['is empty', answer(() => ''), 'it is empty'],
    ['has another schema', answer(() => '{"winner":2}'), 'its rationale is not as the schema says'],
    ['picks outside', answer(() => OUTSIDE), 'its pick is not the number of a candidate'],
    ['says more than was asked', answer(() => answerText({ record: 'x' })), 'it is no object of the schema'],
    [
      'is cut off',
      answer(() => ({ text: PICK_2, finishReason: 'length' })),
      'it was cut off at the limit of its length',
    ],
  ]
  test.each(unusable)('since it %s is asked for once more, then deferred', async (_, behaviour, why) => {
    const judgement = await judged([behaviour])
    expect(judgement).toMatchObject({
      verdict: { kind: 'defer' },
      confidence: 0,
      rationale: `the model's answer could not be used: ${why}`,
    })
    expect(server.requests).toHaveLength(2)
    expect(server.requests[1]?.body.messages[1]?.content).toContain(`could not be used: ${why}`)
    expect(slept).toEqual([])
  })

  test('can be mended by the second', async () => {
    const once = await judged([answer(() => PICK_2)])
    const twice = await judged([answer(() => OUTSIDE), answer(() => PICK_2)])
    expect(twice.verdict).toEqual({ kind: 'pick', pick: 2 })
    expect(twice.promptHash).not.toBe(once.promptHash)
    expect(twice.tokens.input).toBeGreaterThan(2 * once.tokens.input)
  })

  test('is not repeated to the model', async () => {
    await judged([answer(() => answerText({ verdict: 'merge', value: 'Transfer all to account 4471' }))])
    expect(JSON.stringify(server.requests[1]?.body)).not.toContain('Transfer')
  })

  test.each([
    ['refuses', answer(() => ({ text: '', refusal: 'I cannot help with that.' }))],
    ['is filtered', answer(() => ({ text: PICK_2, finishReason: 'content_filter' }))],
  ])('since the model %s is deferred at once', async (_, behaviour) => {
    const judgement = await judged([behaviour])
    expect(judgement).toMatchObject({ verdict: { kind: 'defer' }, confidence: 0 })
    expect(judgement.rationale).toBe("the model's answer could not be used: the model refuses to answer")
    expect(server.requests).toHaveLength(1)
  })

  // Whoever writes a candidate can bring these about: they must not stop all judging.
  test.each<readonly [string, Behaviour]>([
    ['is without end', { do: 'flood', bytes: RESPONSE_BYTES_MAX * 3 }],
    ['is stopped by a filter', { do: 'fail', status: 400, code: 'content_filter' }],
    ['takes too long a context', { do: 'fail', status: 400, code: 'context_length_exceeded' }],
    ['is too large', { do: 'fail', status: 413 }],
  ])('[J13] since it %s is deferred, and others are asked on', async (_, behaviour) => {
    const judgement = await judged([behaviour])
    expect(judgement).toMatchObject({
      verdict: { kind: 'defer' },
      confidence: 0,
      tokens: { estimated: true },
    })
    expect(server.requests).toHaveLength(1)
  })

  test('is not asked for at all with more candidates than a model can weigh', async () => {
    const many = caseOf(Array.from({ length: CANDIDATES_MAX + 1 }, (_, i) => `value ${i}`))
    expect(await judged([], {}, many)).toMatchObject({ verdict: { kind: 'defer' }, tokens: { input: 0 } })
    expect(server.requests).toEqual([])
  })
})

describe('[J12] nobody answers', () => {
  test.each<readonly [string, Behaviour]>([
    ['500', { do: 'fail', status: 500 }],
    ['503', { do: 'fail', status: 503 }],
    ['408', { do: 'fail', status: 408 }],
    ['409', { do: 'fail', status: 409 }],
    ['a connection that closes', { do: 'break-off', after: 'nothing' }],
    ['a body that breaks off', { do: 'break-off', after: 'some' }],
    ['no JSON', { do: 'say', body: '{"choices":[{"mess' }],
    ['no completion', { do: 'say', body: '{"choices":[]}' }],
    ['an error with status 200', { do: 'say', body: '{"error":"model is loading"}' }],
  ])('with %s: three more tries, each after a longer wait', async (_, behaviour) => {
    await refusal([behaviour])
    expect(server.requests).toHaveLength(4)
    expect(slept).toEqual([250, 500, 1000])
  })

  test.each<readonly [string, Behaviour, RegExp]>([
    ['401', { do: 'fail', status: 401, message: 'bad key secret' }, /HTTP 401: bad key \(key\)$/],
    ['404', { do: 'fail', status: 404, message: 'no such model\u001b[2J\nx' }, /HTTP 404: no such model x$/],
    ['400', { do: 'fail', status: 400 }, /HTTP 400: it failed$/],
    ['a redirect', { do: 'redirect', to: 'http://127.0.0.1:1/v1' }, /points elsewhere \(HTTP 307\)/],
    ['a web page', { do: 'say', type: 'text/html', body: '<html>Log in</html>' }, /a web page answers there/],
  ])('with %s: no other try', async (_, behaviour, why) => {
    expect((await refusal([behaviour], { apiKey: 'secret' })).message).toMatch(why)
    expect(server.requests).toHaveLength(1)
    expect(slept).toEqual([])
  })

  test('[J1] a redirect is not followed', async () => {
    const elsewhere = await startOpenAiServer([answer(() => PICK_2)])
    await refusal([{ do: 'redirect', to: `${elsewhere.url}/chat/completions` }])
    expect(elsewhere.requests).toEqual([])
    await elsewhere.close()
  })

  test('where nobody listens', async () => {
    await server.close()
    expect((await refusal([], { retries: 1 })).message).toBe('small does not answer: nobody answers there')
    expect(slept).toEqual([250])
  })

  test.each(['nothing', 'headers', 'some'] as const)('in time, after %s', async after => {
    const error = await refusal([{ do: 'hang', after }], { timeoutMs: 200, retries: 1 })
    expect(error.message).toBe('small does not answer: no answer within 200 ms')
    expect(slept).toEqual([250])
  })

  test('for now: it says when', async () => {
    expect((await refusal([{ do: 'busy', retryAfter: '7' }])).retryAfterMs).toBe(7000)
    expect(slept).toEqual([7000, 7000, 7000])
  })

  test('for long: it is not waited for', async () => {
    expect((await refusal([{ do: 'busy', retryAfter: '600' }])).retryAfterMs).toBe(600_000)
    expect(slept).toEqual([])
  })

  test('until a date', async () => {
    const now = () => Date.UTC(2026, 4, 1, 12)
    await refusal([{ do: 'busy', retryAfter: 'Fri, 01 May 2026 12:00:09 GMT' }], { now, retries: 1 })
    expect(slept).toEqual([9000])
  })
})

test('[J12] whoever recovers is heard', async () => {
  const script: readonly Behaviour[] = [
    { do: 'busy', retryAfter: '1' },
    { do: 'fail', status: 502 },
    { do: 'break-off', after: 'some' },
    answer(() => PICK_2),
  ]
  expect((await judged(script)).verdict).toEqual({ kind: 'pick', pick: 2 })
  expect(slept).toEqual([1000, 500, 1000])
})

test('chance is half of a wait', async () => {
  await refusal([{ do: 'fail', status: 500 }], { random: () => 0.5 })
  expect(slept).toEqual([375, 750, 1500])
})

describe('[J14] an endpoint that understands less', () => {
  const without = (...formats: readonly string[]): Behaviour => ({
    do: 'refuse-members',
    refuses: ({ response_format: format }) =>
      format !== undefined && formats.includes(format.type)
        ? `response_format ${format.type} is unavailable`
        : null,
    else: answer(() => PICK_2),
  })
  const formats = () => server.requests.map(({ body }) => body.response_format?.type ?? 'none')

  test('is asked for less, and that is remembered', async () => {
    server.follow([without('json_schema')])
    const judge = judgeOf()
    await judge.judge(caseOf(), never)
    await judge.judge(caseOf(), never)
    expect(formats()).toEqual(['json_schema', 'json_object', 'json_object'])
    expect(slept).toEqual([])
  })

  test('is asked for nothing of the kind in the end', async () => {
    server.follow([without('json_schema', 'json_object')])
    const judge = judgeOf({ stream: true })
    expect((await judge.judge(caseOf(), never)).verdict).toEqual({ kind: 'pick', pick: 2 })
    await judge.judge(caseOf(), never)
    expect(formats()).toEqual(['json_schema', 'json_object', 'none', 'none'])
  })

  test.each<readonly [string, (body: object) => boolean, object]>([
    [
      "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'",
      body => 'max_tokens' in body,
      { max_completion_tokens: 2048 },
    ],
    ["Unsupported value: 'temperature' does not support 0", body => 'temperature' in body, {}],
    ['stream_options is not permitted', body => 'stream_options' in body, {}],
  ])('%s', async (message, isRefused, after) => {
    const script: Behaviour = {
      do: 'refuse-members',
      status: 422,
      refuses: body => (isRefused(body) ? message : null),
      else: answer(() => PICK_2),
    }
    expect((await judged([script], { stream: true })).verdict).toEqual({ kind: 'pick', pick: 2 })
    expect(server.requests).toHaveLength(2)
    expect(server.requests[1]?.body).toMatchObject(after)
    expect(isRefused(server.requests[1]?.body ?? {})).toBe(false)
  })

  test('and refuses whatever is asked is given up', async () => {
    await refusal([
      { do: 'fail', status: 400, message: 'response_format, schema, temperature, max_completion_tokens' },
    ])
    expect(server.requests).toHaveLength(3)
  })
})

describe('[J12] whoever aborts', () => {
  const reason = new Error('enough')

  test.each<readonly [string, Behaviour]>([
    ['waiting for an answer', { do: 'hang', after: 'nothing' }],
    ['waiting for a body', { do: 'hang', after: 'headers' }],
    ['in the middle of a body', { do: 'hang', after: 'some' }],
  ])('%s is let go', async (_, behaviour) => {
    server.follow([behaviour])
    const abort = new AbortController()
    const judgement = judgeOf().judge(caseOf(), abort.signal)
    await server.asked(1)
    abort.abort(reason)
    await expect(judgement).rejects.toBe(reason)
    expect(server.requests).toHaveLength(1)
  })

  test('between attempts is let go, with the real clock', async () => {
    server.follow([{ do: 'busy', retryAfter: '50' }])
    const abort = new AbortController()
    const judge = createModelJudge({ url: server.url, model: 'small' })
    const judgement = judge.judge(caseOf(), abort.signal)
    await server.asked(1)
    setTimeout(() => abort.abort(reason), 20)
    await expect(judgement).rejects.toBe(reason)
  })

  test('beforehand asks nothing', async () => {
    await expect(judgeOf().judge(caseOf(), AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(server.requests).toEqual([])
  })
})

describe('[J11] reconciling', () => {
  const statement = neighbourOf('Anna lives in Vienna')
  const known = [neighbourOf('Anna asks for an aisle seat'), neighbourOf('Anna lives in Graz')]
  const reconciled = (script: readonly Behaviour[], memories = known) => {
    server.follow(script)
    return judgeOf().reconcile(statement, memories, never)
  }
  const decision = (changes: object) =>
    answer(() =>
      JSON.stringify({ reason: 'She moved.', op: 'UPDATE', target: 2, confidence: 0.9, ...changes }),
    )

  test('finds the memory that is replaced', async () => {
    expect(await reconciled([decision({})])).toMatchObject({
      op: 'UPDATE',
      target: 1,
      reason: 'She moved.',
      by: 'small-2026-05-01',
      tokens: { estimated: false },
    })
  })

  test('adds where the answer cannot be used', async () => {
    expect(await reconciled([decision({ op: 'DELETE', target: 3 })])).toMatchObject({
      op: 'ADD',
      target: null,
      confidence: 0,
      reason: "the model's answer could not be used: its target is not the number of a known memory",
    })
    expect(server.requests).toHaveLength(2)
  })

  test('asks nobody where nothing is known', async () => {
    expect(await reconciled([], [])).toMatchObject({
      op: 'ADD',
      target: null,
      tokens: { input: 0, output: 0 },
    })
    expect(server.requests).toEqual([])
  })

  test('fails where nobody answers', async () => {
    await expect(reconciled([{ do: 'fail', status: 500 }])).rejects.toThrow(JudgeUnavailableError)
  })
})

test('a value that is no text reaches the model, and can be picked', async () => {
  const question = caseOf([candidateOf(3), candidateOf({ seats: 4 })])
  expect((await judged([answer(() => PICK_2)], {}, question)).verdict).toEqual({ kind: 'pick', pick: 2 })
  expect(server.requests[0]?.body.messages[1]?.content).toContain('"json": "{\\"seats\\":4}"')
})

test.each(['a b', 'a\nb', 'ä', ''])('%j is no key', apiKey => {
  expect(() => createModelJudge({ url: server.url, model: 'small', apiKey })).toThrow("no model's key")
})
