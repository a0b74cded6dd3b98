import { expect, test } from 'vitest'
import { afterKeys } from './after-keys.ts'

test('a question waits for the keys that came before it, and is answered as it would be', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let value = 'sealed'
  const { get } = afterKeys(() => promise, { get: async (id: string) => `${id} ${value}` })
  const answer = get('tea')
  value = 'open'
  resolve()
  expect(await answer).toBe('tea open')
})

test('a refusal stays one', async () => {
  const { get } = afterKeys(async () => {}, {
    get: async (): Promise<string> => {
      throw new Error('no')
    },
  })
  await expect(get()).rejects.toThrow('no')
})
