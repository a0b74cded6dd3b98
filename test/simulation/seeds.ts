/** Runs many seeds as tests: `npm test` the first few hundred, `npm run simulate` those that the environment names. */
import { afterAll, describe, expect, test } from 'vitest'
import { simulate, type Verdict } from './run.ts'
import { Stats } from './stats.ts'

/** Seeds 1 to this one run with every `npm test`. */
const SEEDS_DEFAULT = 300
/** Seeds in one test: enough that tests cost little, few enough that one that fails says where. */
const SEEDS_PER_TEST = 5
/** Generous: a machine that is busy with other things is no bug of ours. */
const TEST_TIMEOUT_MS = 300_000

const first = numberFrom('SIMULATION_SEED', 1)
const count = numberFrom('SIMULATION_SEEDS', SEEDS_DEFAULT)

/** What the default seeds have to come across, every part of them. A simulation that meets no trouble shows nothing. */
const TROUBLE = [
  'writes acknowledged',
  'writes failed: disk',
  'conflicts opened',
  'conflicts ended',
  'entries that waited',
  'equal frontiers compared',
  'erasures',
  'late joins',
  'partition',
  'one-way partition',
  'clogged link',
  'severed connection',
  'connections broken by a loss',
  'reconnects',
  'buffers full',
  'gossip lost',
  'gossip twice',
  'crashes',
  'crashes in a catch-up',
  'power lost in a transaction',
  'commits lost',
  'transactions on a full disk',
  'clock jump',
  'refused ',
  'bad for ever: ',
]

/** One of `parts` files of tests that share the seeds, so that they run side by side. */
export function testSeeds(part: number, parts: number): void {
  const seeds = Array.from({ length: count }, (_, index) => first + index).filter(
    seed => seed % parts === part,
  )
  const stats = new Stats()
  if (seeds.length === 0) {
    test('no seed falls into this part', () => {})
    return
  }
  const began = performance.now()
  describe(`seeds ${first} to ${first + count - 1}, part ${part + 1} of ${parts}`, () => {
    test.each(chunks(seeds))(
      'every node agrees and nothing is lost: seeds %s',
      chunk => {
        for (const seed of chunk.split(' ').map(Number)) {
          const verdict = simulate(seed)
          stats.add(verdict.stats)
          expect(verdict.problems, reportOf(verdict)).toEqual([])
        }
      },
      TEST_TIMEOUT_MS,
    )

    test.runIf(count >= SEEDS_DEFAULT)('these seeds met every kind of trouble', () => {
      for (const trouble of TROUBLE) {
        const met = stats.startingWith(trouble).reduce((sum, [, times]) => sum + times, 0)
        expect(met, trouble).toBeGreaterThan(0)
      }
    })
  })
  afterAll(() => {
    const perSecond = (seeds.length * 1000) / (performance.now() - began)
    console.log(`${seeds.length} schedules, ${perSecond.toFixed(1)} a second: ${stats}`)
  })
}

/** What went wrong, how to see it again, and the last that happened. */
function reportOf({ seed, problems, tail }: Verdict): string {
  return [
    ...problems.slice(0, 5).map(({ kind, detail }) => `${kind}: ${detail}`),
    '',
    `SIMULATION_SEED=${seed} SIMULATION_SEEDS=1 npm run simulate`,
    '',
    ...tail,
  ].join('\n')
}

function chunks(seeds: readonly number[]): readonly string[] {
  const starts = Array.from(
    { length: Math.ceil(seeds.length / SEEDS_PER_TEST) },
    (_, at) => at * SEEDS_PER_TEST,
  )
  return starts.map(start => seeds.slice(start, start + SEEDS_PER_TEST).join(' '))
}

export function numberFrom(name: string, otherwise: number): number {
  const text = process.env[name]
  if (text === undefined) return otherwise
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`${name} is not a number of 1 or more: ${text}`)
  return number
}
