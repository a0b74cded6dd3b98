/** Runs hostile schedules as tests: a few with `npm test`, as many as HOSTILE_SEEDS says otherwise. */
import { afterAll, describe, expect, test } from 'vitest'
import type { Verdict } from '../run.ts'
import { numberFrom } from '../seeds.ts'
import { Stats } from '../stats.ts'
import { BEHAVIOURS } from './behaviours.ts'
import { simulateHostile } from './run.ts'
import { TWISTS } from './twists.ts'

const SEEDS_DEFAULT = 60
const TEST_TIMEOUT_MS = 300_000

const first = numberFrom('HOSTILE_SEED', 1)
const count = numberFrom('HOSTILE_SEEDS', SEEDS_DEFAULT)

/** What the default seeds have to come across, every part of them. */
const TROUBLE = [
  ...[...Object.keys(BEHAVIOURS), ...Object.keys(TWISTS)].map(kind => `hostile: ${kind}`),
  'restricted messages read along',
  'grants',
  'revocations',
  'removals',
  'mutual removals',
  'erasures',
  'writes that were cut',
  'cut flood',
  'cut malformed',
  'cut not-admitted',
  'refused forged',
  'refused equivocation',
  'refused not-admitted',
  'refused clock',
  'refused gap',
]

export function testHostileSeeds(part: number, parts: number): void {
  const seeds = Array.from({ length: count }, (_, at) => first + at).filter(seed => seed % parts === part)
  const stats = new Stats()
  if (seeds.length === 0) {
    test('no seed falls into this part', () => {})
    return
  }
  const began = performance.now()
  describe(`hostile seeds ${first} to ${first + count - 1}, part ${part + 1} of ${parts}`, () => {
    test.each(seeds)(
      'the honest agree, lose nothing and tell nothing: seed %i',
      seed => {
        const verdict = simulateHostile(seed)
        stats.add(verdict.stats)
        expect(verdict.problems, reportOf(verdict)).toEqual([])
      },
      TEST_TIMEOUT_MS,
    )

    test.runIf(seeds.length >= SEEDS_DEFAULT / parts)('these seeds met every kind of trouble', () => {
      for (const trouble of TROUBLE) {
        const met = stats.startingWith(trouble).reduce((sum, [, times]) => sum + times, 0)
        expect.soft(met, trouble).toBeGreaterThan(0)
      }
    })
  })
  afterAll(() => {
    const perSecond = (seeds.length * 1000) / (performance.now() - began)
    console.log(`${seeds.length} hostile schedules, ${perSecond.toFixed(1)} a second: ${stats}`)
  })
}

/** What went wrong, how to see it again, and the last that happened. */
function reportOf({ seed, problems, stats, tail }: Verdict): string {
  return [
    ...problems.slice(0, 5).map(({ kind, detail }) => `${kind}: ${detail}`),
    '',
    `HOSTILE_SEED=${seed} HOSTILE_SEEDS=1 npx vitest run test/simulation/hostile`,
    `${stats}`,
    '',
    ...tail,
  ].join('\n')
}
