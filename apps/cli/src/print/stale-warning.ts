import type { Surroundings } from '../surroundings.ts'
import { type Stale, staleLines } from './beliefs.ts'

/** Says on stderr what a write acted on and does not stand any more. It was written all the same. */
export async function warnOfStale(
  { stale = [] }: { readonly stale?: readonly Stale[] },
  { err, now }: Surroundings,
): Promise<void> {
  if (stale.length === 0) return
  const warnings = staleLines(stale, now())
    .split('\n')
    .filter(line => line !== '')
    .map(line => `moot: written, though it is based on ${line}\n`)
  await err.write(warnings.join(''))
}
