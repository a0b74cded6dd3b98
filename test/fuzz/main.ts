/**
 * Feeds every decoder with spoiled inputs, and stops at the first that breaks its word.
 *
 *   npm run fuzz                              a million inputs
 *   npm run fuzz -- --inputs 10000000 --seed x
 *   npm run fuzz -- --target gossip
 */
import { parseArgs } from 'node:util'
import { runTarget } from './run-target.ts'
import { sharesOf, TARGETS } from './targets.ts'

const { values: flags } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    target: { type: 'string' },
    seed: { type: 'string', default: 'folkmoot' },
  },
})

const targets = TARGETS.filter(({ name }) => flags.target === undefined || name === flags.target)
if (targets.length === 0)
  throw new Error(`no target ${flags.target}: ${TARGETS.map(({ name }) => name).join(', ')}`)
const shares = sharesOf(targets, Number(flags.inputs))

process.stdout.write(`seed ${flags.seed}\n\n`)
say('target', 'inputs', 'accepted', 'refused', 'seconds', 'slowest ms')
const totals = { inputs: 0, accepted: 0, refused: 0, seconds: 0 }
for (const [index, target] of targets.entries()) {
  const found = await runTarget(target, shares[index] ?? 0, flags.seed)
  if ('why' in found) {
    const input = Buffer.from(found.input).toString('hex')
    process.stderr.write(
      `\n${found.name}: input ${found.index} of seed ${flags.seed}\n${input}\n${found.why}\n`,
    )
    process.exit(1)
  }
  const { name, inputs, accepted, refused, seconds, slowestMs } = found
  say(name, inputs, accepted, refused, seconds.toFixed(1), slowestMs.toFixed(1))
  totals.inputs += inputs
  totals.accepted += accepted
  totals.refused += refused
  totals.seconds += seconds
}
say('all', totals.inputs, totals.accepted, totals.refused, totals.seconds.toFixed(1), '')
// Presences and rooms that wait for something keep timers.
process.exit(0)

function say(name: string, ...columns: readonly (string | number)[]): void {
  process.stdout.write(`${name.padEnd(36)}${columns.map(column => String(column).padStart(11)).join('')}\n`)
}
