/** What comes from a model's endpoint, and what is typed to name one. */
import { parseModelAddress } from '@folkmoot/arbiter'
import { AttemptError } from '../../../packages/arbiter/src/model/attempt-error.ts'
import { readCompletion, readCompletionStream } from '../../../packages/arbiter/src/model/completion.ts'
import { eventData } from '../../../packages/arbiter/src/model/event-stream.ts'
import { RESPONSE_BYTES_MAX } from '../../../packages/arbiter/src/model/limits.ts'
import { bytesOf, Fault, type Target, textOf } from '../target.ts'

const piece = (delta: object, more: object = {}) => ({ choices: [{ index: 0, delta, ...more }] })
const stream = (...data: readonly unknown[]) =>
  bytesOf(data.map(one => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join(''))

const STREAMS = [
  stream(
    piece({ role: 'assistant', content: '' }),
    piece({ content: '{"op":' }),
    piece({ content: '"ADD"} é😀' }),
    piece({}, { finish_reason: 'stop' }),
    { choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 }, model: 'm' },
    '[DONE]',
  ),
  stream(piece({ refusal: 'no' }, { finish_reason: 'content_filter' }), '[DONE]'),
  stream(piece({ content: 'all', finish_reason: null }, { finish_reason: 'length' })),
]

const COMPLETIONS = [
  {
    model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '{}' } }],
  },
  { choices: [{ message: { refusal: 'no' } }], usage: { prompt_tokens: 1, completion_tokens: 1 } },
]

/** What is longer is cut into fewer pieces, or most of the time would go to making them. */
const FINELY_CUT_MAX = 4096

const isAttempt = (error: unknown) => error instanceof AttemptError && !error.message.includes('\n')

export const ARBITER_TARGETS: readonly Target[] = [
  {
    name: "model's address",
    shape: 'text',
    samples: () =>
      ['http://127.0.0.1:11434/v1#llama3.1', 'https://models.example:8443/a/b/#org/name:7b q4'].map(bytesOf),
    take: takeAddress,
  },
  {
    name: 'event stream',
    shape: 'bytes',
    samples: () => [
      ...STREAMS,
      bytesOf('data\n'.repeat(20_000)),
      bytesOf(': hello\r\ndata: a\r\ndata\r\rid: 1\ndata:b\n\n'),
    ],
    bytesMax: RESPONSE_BYTES_MAX,
    cost: 10,
    take: async input => {
      const whole = await all(eventData(cut(input, input.length)))
      for (const size of input.length > FINELY_CUT_MAX ? [1000] : [1, 2, 7]) {
        const pieces = await all(eventData(cut(input, size)))
        if (JSON.stringify(pieces) !== JSON.stringify(whole)) throw new Fault('it matters where it is cut')
      }
      return whole.length > 0
    },
  },
  {
    name: 'completion, streamed',
    shape: 'bytes',
    samples: () => STREAMS,
    bytesMax: RESPONSE_BYTES_MAX,
    cost: 10,
    take: async input => {
      checkCompletion(await readCompletionStream(cut(input, 1 + ((input[0] ?? 0) % 64))))
      return true
    },
    refuses: isAttempt,
  },
  {
    name: 'completion',
    shape: 'json',
    samples: () => COMPLETIONS.map(one => bytesOf(JSON.stringify(one))),
    bytesMax: RESPONSE_BYTES_MAX,
    take: input => {
      checkCompletion(readCompletion(textOf(input)))
      return true
    },
    refuses: isAttempt,
  },
]

/** What is asked is host and path, nothing else; written again it is the same. */
function takeAddress(input: Uint8Array): boolean {
  const { url, name } = parseModelAddress(textOf(input))
  const again = parseModelAddress(`${url}#${name}`)
  if (again.url !== url || again.name !== name) throw new Fault(`${url}#${name} is read as ${again.url}`)
  const { protocol, username, password, search, hash } = new URL(`${url}/chat/completions`)
  if (!/^https?:$/.test(protocol) || `${username}${password}${search}${hash}` !== '')
    throw new Fault(`${url} holds more than host and path`)
  return true
}

function checkCompletion({ text, usage }: Awaited<ReturnType<typeof readCompletionStream>>): void {
  if (typeof text !== 'string') throw new Fault('no text')
  for (const count of usage === null ? [] : [usage.input, usage.output])
    if (!Number.isSafeInteger(count) || count < 0) throw new Fault(`a count of ${count}`)
}

async function* cut(input: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < input.length; at += size) yield input.subarray(at, at + size)
}

async function all(items: AsyncIterable<string>): Promise<readonly string[]> {
  const found: string[] = []
  for await (const item of items) found.push(item)
  return found
}
