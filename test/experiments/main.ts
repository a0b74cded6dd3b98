/**
 * Who reads what, block by block, while grants come and go.
 *
 *   npm run experiment:access
 *   npm run experiment:access -- --seed other --queries 20
 */
import { parseArgs } from 'node:util'
import { runAccess } from './run-access.ts'

const { values: flags } = parseArgs({
  options: { seed: { type: 'string', default: 'folkmoot' }, queries: { type: 'string', default: '20' } },
})

process.stdout.write(`Collaborative Memory (arXiv 2505.18279), scenario 3, replayed without a model; seed ${flags.seed}.
Edges are drawn by the seed, ${flags.queries} queries of each user in each block, each on every read path.
The paper's Table 13 prints 12 edges at t2 where its text says 15; here t2 has 15.

`)
say('block', 'edges', 'fragments', 'queries', 'waited s', 'given', 'denied', 'refused', 'leaked')
say('', 'of each', '', '', 'for keys', 'permitted', 'permitted', 'forbidden', 'forbidden')
const started = performance.now()
const results = await runAccess({
  seed: flags.seed,
  queries: Number(flags.queries),
  onBlock: ({ block, edges, fragments, queries, waitedMs, given, denied, refused, leaked, faults }) => {
    say(block, edges, fragments, queries, (waitedMs / 1000).toFixed(1), given, denied, refused, leaked)
    for (const fault of faults.slice(0, 20)) process.stdout.write(`  ${fault}\n`)
  },
})
const sum = (field: 'queries' | 'given' | 'denied' | 'refused' | 'leaked') =>
  results.reduce((all, result) => all + result[field], 0)
say('all', '', '', sum('queries'), '', sum('given'), sum('denied'), sum('refused'), sum('leaked'))
process.stdout.write(`${((performance.now() - started) / 1000).toFixed(0)} s\n`)
process.exitCode = sum('denied') + sum('leaked') === 0 ? 0 : 1

function say(first: string, ...columns: readonly (string | number)[]): void {
  process.stdout.write(`${first.padEnd(6)}${columns.map(column => String(column).padStart(11)).join('')}\n`)
}
