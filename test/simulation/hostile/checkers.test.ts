import { describe, expect, test } from 'vitest'
import type { ProblemKind } from '../checkers.ts'
import type { Sabotage } from '../disk.ts'
import { ignoresCuts, showsAll, skipsRows, tellsAll } from '../sabotage.ts'
import { type HostileOptions, simulateHostile } from './run.ts'

const SEEDS_MAX = 30

/** The first seed of some that shows a problem of this kind, though it shows none when nothing is sabotaged. */
function firstSeedWith(kind: ProblemKind, { hostile, ...faults }: HostileOptions): number | undefined {
  const shows = (seed: number, options: HostileOptions) =>
    simulateHostile(seed, options).problems.some(problem => problem.kind === kind)
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const cast = hostile === undefined ? {} : { hostile }
    if (shows(seed, { ...cast, ...faults }) && !shows(seed, cast)) return seed
  }
  return undefined
}

function only(index: number, sabotage: Sabotage) {
  return (at: number): Sabotage => (at === index ? sabotage : storage => storage)
}

describe('the hostile checkers notice', () => {
  test.each<readonly [string, ProblemKind, HostileOptions]>([
    ['replicators without a filter', 'forbidden read', { fault: tellsAll }],
    [
      'a replica that ignores cuts',
      'cut unevenly',
      { sabotage: only(2, ignoresCuts), hostile: ['late copies'] },
    ],
    [
      'a replica that shows logs beyond their end',
      'not quiet',
      { fault: showsAll, hostile: ['late copies'] },
    ],
    ['a node that drops a change', 'diverged', { sabotage: only(1, skipsRows), hostile: ['replayer'] }],
  ])(
    '%s',
    (_name, kind, options) => {
      expect(firstSeedWith(kind, options)).toBeDefined()
    },
    300_000,
  )
})
