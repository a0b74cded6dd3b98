/** What became of the statements of one race. */
import type { Reading, Told } from './participant.ts'
import { agentOf } from './statements.ts'

export interface Tally {
  readonly sent: number
  readonly acknowledged: number
  /** Writes that were answered with an error. */
  readonly errors: number
  /** Acknowledged, and there afterwards for every reader. */
  readonly survived: number
  /** Of those, what some reader finds in the history alone. */
  readonly onlyInHistory: number
  /** Of those, what names who said it, and names it right. */
  readonly attributed: number
  /** Acknowledged, and gone for some reader. */
  readonly lost: number
  /** Keys of which several acknowledged statements differ. */
  readonly disputed: number
  /** Keys for which every reader is told of a conflict. */
  readonly surfaced: number
  /** Keys that hold differing values none of which was written in sight of another; null where it cannot be told. */
  readonly concurrent: number | null
}

/** @param readings for each reader, what it finds of each key */
export function tallyOf(
  keys: readonly string[],
  told: readonly Told[],
  readings: readonly (readonly Reading[])[],
): Tally {
  const said = told.flatMap(({ acknowledged }, process) =>
    acknowledged.map(statement => ({ ...statement, by: agentOf(process) })),
  )
  const readers = readings.map(reading => new Map(reading.map(of => [of.key, of])))
  const everywhere = (key: string, is: (reading: Reading) => boolean) =>
    readers.every(reader => {
      const reading = reader.get(key)
      return reading !== undefined && is(reading)
    })
  const survivors = said.filter(({ key, value }) =>
    everywhere(key, ({ found }) => found.some(one => one.value === value)),
  )
  const current = survivors.filter(({ key, value }) =>
    everywhere(key, ({ found }) => found.some(one => one.value === value && one.current)),
  )
  const attributed = survivors.filter(({ key, value, by }) =>
    everywhere(key, ({ found }) => found.some(one => one.value === value && one.by === by)),
  )
  const disputed = keys.filter(
    key => new Set(said.filter(of => of.key === key).map(({ value }) => value)).size > 1,
  )
  const isKnown = readings.flat().every(({ concurrent }) => concurrent !== null)
  return {
    sent: keys.length * told.length,
    acknowledged: said.length,
    errors: told.reduce((sum, { errors }) => sum + errors.length, 0),
    survived: survivors.length,
    onlyInHistory: survivors.length - current.length,
    attributed: attributed.length,
    lost: said.length - survivors.length,
    disputed: disputed.length,
    surfaced: keys.filter(key => everywhere(key, ({ surfaced }) => surfaced)).length,
    concurrent: isKnown
      ? keys.filter(key => readings.some(of => of.some(one => one.key === key && one.concurrent))).length
      : null,
  }
}
