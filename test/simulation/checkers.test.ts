import { describe, expect, test } from 'vitest'
import type { ProblemKind } from './checkers.ts'
import { type RunOptions, simulate } from './run.ts'
import {
  failsTooLate,
  fallsSilent,
  forgetsToFlush,
  inventsValues,
  lastArrivalWins,
  losesMessages,
  repeatsMessages,
  skipsRows,
} from './sabotage.ts'

const SEEDS_MAX = 30

/** The first seed of some that shows a problem of this kind. */
function firstSeedWith(kind: ProblemKind, options: RunOptions): number | undefined {
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { problems } = simulate(seed, { mode: 'safety', erases: false, ...options })
    if (problems.some(problem => problem.kind === kind)) return seed
  }
  return undefined
}

describe('the checkers notice', () => {
  test.each<readonly [string, ProblemKind, RunOptions]>([
    ['a node that drops a change', 'diverged', { sabotage: only(1, skipsRows) }],
    ['nodes that all drop changes', 'row differs from its entries', { sabotage: () => skipsRows }],
    ['a merge by order of arrival', 'one frontier, two roots', { sabotage: () => lastArrivalWins }],
    ['an acknowledged write that was not durable', 'lost write', { sabotage: () => forgetsToFlush }],
    ['a failed write that was kept', 'kept what it said it had not', { sabotage: () => failsTooLate }],
    ['an invented value', 'invented value', { sabotage: () => inventsValues }],
    ['a transport that loses messages', 'transport law', { sabotageTransport: losesMessages }],
    ['a transport that repeats messages', 'transport law', { sabotageTransport: repeatsMessages }],
    ['peers taken for hostile', 'refused an honest peer', { sabotageTransport: repeatsMessages }],
    ['nodes that stop talking', 'not quiet', { sabotageTransport: fallsSilent }],
  ])(
    '%s',
    (_name, kind, options) => {
      expect(firstSeedWith(kind, options)).toBeDefined()
    },
    300_000,
  )
})

function only(index: number, sabotage: typeof skipsRows) {
  return (at: number) => (at === index ? sabotage : (storage: Parameters<typeof skipsRows>[0]) => storage)
}
