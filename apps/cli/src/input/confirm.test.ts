import { describe, expect, test } from 'vitest'
import type { Surroundings } from '../surroundings.ts'
import { confirm, isInteractive } from './confirm.ts'

function surroundings(
  typed: readonly string[],
  isTerminal = true,
): Surroundings & { readonly asked: string[] } {
  const asked: string[] = []
  const write = async (text: string) => {
    asked.push(text)
  }
  const sink = { write, isTerminal, columns: 80 }
  const lines = (async function* () {
    for (const part of typed) yield Buffer.from(part)
  })()
  return {
    ...{ asked, env: {}, out: sink, err: sink, now: () => 0, isStopped: () => false },
    stdin: Object.assign(lines, { isTTY: isTerminal }),
    untilStopped: () => new AbortController().signal,
    openClient: async () => {
      throw new Error('no node is needed')
    },
  }
}

describe('a question', () => {
  test.each([
    [['y\n'], true],
    [['Yes\r\n'], true],
    [['y', 'es\n', 'no\n'], true],
    [['\n'], false],
    [['n\n'], false],
    [['yesterday\n'], false],
    [[], false],
  ])('answered by %j', async (typed, expected) => {
    const around = surroundings(typed)
    expect(await confirm('Retract 2 memories?', around)).toBe(expected)
    expect(around.asked).toEqual(['Retract 2 memories? [y/N] '])
  })

  test('is only put where somebody sits', () => {
    expect(isInteractive(surroundings([]))).toBe(true)
    expect(isInteractive(surroundings([], false))).toBe(false)
    expect(isInteractive({ ...surroundings([]), stdin: (async function* () {})() })).toBe(false)
  })
})
