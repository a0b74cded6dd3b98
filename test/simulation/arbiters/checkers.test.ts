import { describe, expect, test } from 'vitest'
import type { Sabotage } from '../disk.ts'
import { forgetsToFlush, ignoresCuts } from '../sabotage.ts'
import type { ProblemKind } from './problem.ts'
import { type ArbiterRunOptions, simulateArbiters } from './run.ts'
import {
  asksNobody,
  forgetsDeferrals,
  forgetsJudgements,
  forgetsSiblings,
  hidesOverruled,
  holdsToOverruled,
  keepsErased,
  keepsFirstPolicy,
  keepsUndone,
  neverExpires,
} from './sabotage.ts'

const SEEDS_MAX = 60

/** The first seed of some that shows a problem of this kind. */
async function firstSeedWith(kind: ProblemKind, fault: ArbiterRunOptions): Promise<number | undefined> {
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { problems } = await simulateArbiters(seed, { ...fault, quietBoundMs: 30_000 })
    if (problems.some(problem => problem.kind === kind)) return seed
  }
  return undefined
}

const everywhere = (sabotage: Sabotage): ArbiterRunOptions => ({ sabotage: () => sabotage })
const onOne = (sabotage: Sabotage): ArbiterRunOptions => ({
  sabotage: index => (index === 1 ? sabotage : storage => storage),
})

describe('the checkers notice', () => {
  test.each<readonly [string, ProblemKind, ArbiterRunOptions]>([
    ['claims that never run out', 'stuck in claimed', everywhere(neverExpires)],
    ['verdicts that are not folded', 'settled twice', everywhere(hidesOverruled)],
    ['a node that folds them in another way', 'diverged', onOne(holdsToOverruled)],
    ['an overruled verdict that stands', 'settled twice', everywhere(holdsToOverruled)],
    ['values that are gone', 'lost value', everywhere(forgetsSiblings)],
    ['a verdict that counts though it was taken back', 'counts though taken back', everywhere(keepsUndone)],
    ['deferrals that are forgotten', 'not what its entries say', everywhere(forgetsDeferrals)],
    ['judged suspicions that are open', 'not what its entries say', everywhere(forgetsJudgements)],
    ['a node that shows other suspicions', 'diverged', onOne(forgetsJudgements)],
    ['arbiters that go by a policy of before', 'not settled', everywhere(keepsFirstPolicy)],
    ['an arbiter that reads what it may not', 'forbidden read', { disguise: asksNobody }],
    ['an arbiter that has no right to judge', 'judged without the right', { disguise: asksNobody }],
    ['a node that lets count what was cut off', 'counts beyond its end', onOne(ignoresCuts)],
    ['what is left of an erased memory', 'not erased', onOne(keepsErased)],
    ['what is gone after a restart', 'forgotten in a restart', everywhere(forgetsToFlush)],
  ])(
    '%s',
    async (_name, kind, fault) => {
      expect(await firstSeedWith(kind, fault)).toBeDefined()
    },
    300_000,
  )
})
