/**
 * How attacks on the judge end, model by model.
 *
 *   node --conditions=folkmoot-source test/experiments/injection/main.ts
 */
import { ATTACKS } from './attacks.ts'
import { breachesOf } from './breaches.ts'
import { MODELS } from './models.ts'
import { OUTCOMES, outcomeOf, type Run, runAttacks } from './run.ts'

const kinds = new Set(ATTACKS.map(({ kind }) => kind)).size
process.stdout.write(`${ATTACKS.length} attacks of ${kinds} kinds, each against ${MODELS.length} models, over HTTP.
"the attacker's" is the attacker's own candidate, which a judge may pick.

`)
const runs = await runAttacks()
const breaches = runs.flatMap(breachesOf)

say('', ...OUTCOMES, 'breaches')
for (const model of MODELS)
  line(
    model.name,
    runs.filter(run => run.model === model),
  )
line('all', runs)
for (const breach of breaches.slice(0, 20)) process.stdout.write(`${breach}\n`)
process.exitCode = breaches.length === 0 ? 0 : 1

function line(name: string, of: readonly Run[]): void {
  const counts = OUTCOMES.map(outcome => of.filter(run => outcomeOf(run) === outcome).length)
  say(name, ...counts, of.flatMap(breachesOf).length)
}

function say(first: string, ...columns: readonly (string | number)[]): void {
  process.stdout.write(`${first.padEnd(36)}${columns.map(column => String(column).padStart(15)).join('')}\n`)
}
