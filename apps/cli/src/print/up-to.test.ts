import { expect, test } from 'vitest'
import type { Surroundings } from '../surroundings.ts'
import { answerUpTo, parseLimit, parseMost } from './up-to.ts'

async function shown(limit: number, found: readonly string[], json: boolean) {
  const told = { out: '', err: '' }
  const sink = (name: 'out' | 'err') => ({
    write: async (text: string) => {
      told[name] += text
    },
    isTerminal: false,
    columns: 80,
  })
  const around = { out: sink('out'), err: sink('err'), env: {}, now: () => 0 } as unknown as Surroundings
  const text = (items: readonly string[]) => `${items.join(' ')}\n`
  const invocation = { flags: { json }, around } as unknown as Parameters<typeof answerUpTo>[0]
  await answerUpTo(invocation, parseLimit(String(limit), 9), found, text, 'ask for more')
  return [told.out, told.err]
}

test('one more than is shown is asked for, and only tells that there is more', async () => {
  expect([parseLimit(undefined, 10), parseLimit('3', 10)]).toEqual([
    { shown: 10, asked: 11 },
    { shown: 3, asked: 4 },
  ])
  expect(() => parseLimit('0', 10)).toThrow('--limit 0')
  expect(parseLimit('10000', 10)).toEqual({ shown: 10_000, asked: 10_001 })
  for (const parse of [(text: string) => parseLimit(text, 10), parseMost])
    expect(() => parse('10001')).toThrow('--limit 10001: at most 10,000')
  const more = 'moot: 2 shown, and there are more: ask for more\n'
  expect(await shown(2, ['a', 'b', 'c'], false)).toEqual(['a b\n', more])
  expect(await shown(2, ['a', 'b', 'c'], true)).toEqual(['["a","b"]\n', more])
  expect(await shown(3, ['a', 'b', 'c'], true)).toEqual(['["a","b","c"]\n', ''])
})
