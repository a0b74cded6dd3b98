/** What is wrong with an update, in words for the log and a kind for callers. */
import type { CharacterRange, Run } from './block-update.ts'

/** Why an update may not be taken in, in a word that a caller can act on. */
export interface Objection {
  /** `malformed`: never · `foreign`: under another client id · `gap`: once what it builds on is here */
  readonly kind: 'malformed' | 'foreign' | 'gap'
  readonly reason: string
}

/** @param end how many characters of a client are there, those of the update included */
export function objectionToRuns(
  runs: readonly Run[],
  deleted: readonly CharacterRange[],
  end: (client: number) => number,
): Objection | undefined {
  for (const { left, right, client, clock } of runs) {
    for (const beside of [left, right]) {
      if (beside === null) continue
      if (beside.clock >= end(beside.client)) return gap('it types beside characters that are not here')
      if (beside.client === client && beside.clock >= clock)
        return malformed('it types beside characters that it types later')
    }
  }
  for (const { client, clock, length } of deleted) {
    if (clock + length > end(client)) return gap('it deletes characters that are not here')
  }
  const forgotten = runs.filter(run => run.text === null)
  if (forgotten.every(run => isCovered(run, deleted))) return undefined
  return malformed('it types deleted characters and does not delete them')
}

function isCovered(run: CharacterRange, ranges: readonly CharacterRange[]): boolean {
  const own = ranges.filter(range => range.client === run.client).sort((a, b) => a.clock - b.clock)
  let at = run.clock
  for (const { clock, length } of own) if (clock <= at) at = Math.max(at, clock + length)
  return at >= run.clock + run.length
}

export function malformed(reason: string): Objection {
  return { kind: 'malformed', reason }
}

export function foreign(reason: string): Objection {
  return { kind: 'foreign', reason }
}

export function gap(reason: string): Objection {
  return { kind: 'gap', reason }
}
