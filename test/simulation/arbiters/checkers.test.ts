import { describe, expect, test } from 'vitest'
import type { Sabotage } from '../disk.ts'
import type { ProblemKind } from './checkers.ts'
import { simulateArbiters } from './run.ts'
import { forgetsSiblings, hidesOverruled, holdsToOverruled, neverExpires } from './sabotage.ts'

const SEEDS_MAX = 60

/** The first seed of some that shows a problem of this kind. */
async function firstSeedWith(
  kind: ProblemKind,
  sabotage: (index: number) => Sabotage,
): Promise<number | undefined> {
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { problems } = await simulateArbiters(seed, { sabotage, quietBoundMs: 120_000 })
    if (problems.some(problem => problem.kind === kind)) return seed
  }
  return undefined
}

const everywhere = (sabotage: Sabotage) => () => sabotage
const onOne = (sabotage: Sabotage) => (index: number) =>
  index === 1 ? sabotage : (storage: Parameters<Sabotage>[0]) => storage

describe('the checkers notice', () => {
  test.each<readonly [string, ProblemKind, (index: number) => Sabotage]>([
    ['claims that never run out', 'stuck in claimed', everywhere(neverExpires)],
    ['conflicts that nobody settles because of them', 'not settled', everywhere(neverExpires)],
    ['verdicts that are not folded', 'settled twice', everywhere(hidesOverruled)],
    ['a node that folds them in another way', 'diverged', onOne(holdsToOverruled)],
    ['an overruled verdict that stands', 'settled twice', everywhere(holdsToOverruled)],
    ['values that are gone', 'lost value', everywhere(forgetsSiblings)],
  ])(
    '%s',
    async (_name, kind, sabotage) => {
      expect(await firstSeedWith(kind, sabotage)).toBeDefined()
    },
    300_000,
  )
})
