import { describe, expect, test } from 'vitest'
import { endpointWarning, KEY_VARIABLE, parseArbiter } from './arbiter.ts'

const MODEL = 'http://127.0.0.1:11434/v1#llama3.1'
const ADDRESS = { url: 'http://127.0.0.1:11434/v1', name: 'llama3.1' }

describe('the flags of an arbiter', () => {
  test.each([
    ['none', {}, undefined],
    ['rules alone', { arbiter: true }, {}],
    ['a model', { arbiter: true, model: MODEL }, { model: { ...ADDRESS, stream: true }, budget: {} }],
    [
      'a model within a budget',
      {
        arbiter: true,
        model: MODEL,
        'calls-per-hour': '60',
        'tokens-per-hour': '90000',
        'scope-calls-per-hour': '0',
        'claim-for': '1m 30s',
        'no-stream': true,
      },
      {
        model: { ...ADDRESS, stream: false },
        budget: { calls: 60, tokens: 90_000, scopeCalls: 0 },
        claimMs: 90_000,
      },
    ],
  ])('%s', async (_name, flags, wishes) => {
    expect(await parseArbiter(flags, {})).toEqual(wishes)
  })

  test.each([
    [{ model: MODEL }, 'give --arbiter too'],
    [{ arbiter: true, 'calls-per-hour': '3' }, '--calls-per-hour is for a model'],
    [{ 'no-stream': true }, '--no-stream is for a model'],
    [{ arbiter: true, model: MODEL, 'calls-per-hour': 'many' }, '--calls-per-hour many: not a whole number'],
    [{ arbiter: true, 'claim-for': '30s' }, '--claim-for is for a model'],
    [{ arbiter: true, model: MODEL, 'claim-for': '30' }, '--claim-for 30: not a duration'],
    [{ 'claim-for': '0s' }, '--claim-for 0s: from 1s to 10m'],
    [{ arbiter: true, 'claim-for': '11m' }, '--claim-for 11m: from 1s to 10m'],
    [{ arbiter: true, 'claim-for': 'abc' }, '--claim-for abc: not a duration'],
    [{ arbiter: true, model: 'http://127.0.0.1' }, 'a model needs a name'],
    [{ arbiter: true, model: MODEL, 'model-key-env': 'NO_SUCH' }, 'NO_SUCH: there is no such variable'],
  ])('%o are refused', async (flags, words) => {
    await expect(parseArbiter(flags, {})).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(words),
    })
  })

  test.each([
    [{ arbiter: true, model: MODEL }, { [KEY_VARIABLE]: 'secret' }, 'secret'],
    [
      { arbiter: true, model: MODEL, 'model-key-env': 'MINE' },
      { MINE: 'other', [KEY_VARIABLE]: 'secret' },
      'other',
    ],
    [{ arbiter: true, model: MODEL }, { [KEY_VARIABLE]: '' }, undefined],
    [{ arbiter: true, model: MODEL }, {}, undefined],
  ])('%o find the key in the environment', async (flags, env, key) => {
    expect((await parseArbiter(flags, env as Record<string, string>))?.model?.apiKey).toBe(key)
  })
})

describe('a model on another machine is warned of', () => {
  test.each([
    ['https://api.example.com/v1', 'sent to api.example.com'],
    ['http://192.168.1.7:11434/v1', 'sent to 192.168.1.7'],
    ['http://localhost.example.com/v1', 'sent to localhost.example.com'],
  ])('%s', (url, words) => expect(endpointWarning(url)).toContain(words))

  test.each([
    'http://localhost:1/v1',
    'http://127.0.0.1:1/v1',
    'http://127.8.9.1/v1',
    'http://[::1]:1/v1',
    undefined,
  ])('not %s', url => expect(endpointWarning(url)).toBeUndefined())
})
