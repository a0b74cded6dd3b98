import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { run } from '../main.ts'
import type { Surroundings } from '../surroundings.ts'

test.each([
  ['garbage', /needs a name/],
  ['ftp://x/v1#llama', /over http or https/],
])('a model %s that cannot be one is refused before anything is started', async (model, reason) => {
  const printed = { out: '', err: '' }
  const sink = (name: 'out' | 'err') => ({
    write: async (text: string) => {
      printed[name] += text
    },
    isTerminal: false,
    columns: Number.POSITIVE_INFINITY,
  })
  const never = new AbortController().signal
  const around = {
    ...{ env: {}, stdin: (async function* () {})(), out: sink('out'), err: sink('err'), now: () => 0 },
    ...{ untilStopped: () => never, isStopped: () => false },
    openClient: () => Promise.reject(new Error('no node is asked')),
  } satisfies Surroundings
  const homes = () => readdirSync(tmpdir()).filter(name => /^folkmoot-\w{6}$/.test(name))
  const before = homes()
  expect(await run(['demo', '--model', model], around)).toBe(2)
  expect(printed.out).toBe('')
  expect(printed.err).toMatch(reason)
  expect(homes()).toEqual(before)
})
