import { type BlockUpdate, type CharacterRange, type Run, runFrom } from './block-update.ts'

/**
 * Cuts an update of one client into updates that each type at most `charactersMax` and delete at most `rangesMax`
 * ranges beside; they are to be applied in this order. Undefined if several clients type in it: then what one typed
 * may stand beside what another typed later.
 */
export function splitBlockUpdate(
  { runs, deleted }: BlockUpdate,
  charactersMax: number,
  rangesMax: number,
): readonly BlockUpdate[] | undefined {
  if (runs.some(run => run.client !== runs[0]?.client)) return undefined
  const parts: BlockUpdate[] = []
  let part: Run[] = []
  let room = charactersMax
  const close = () => {
    // Characters that come deleted must be deleted where they come.
    if (part.length > 0)
      parts.push({ runs: part, deleted: part.filter(run => run.text === null).map(rangeOf) })
    part = []
    room = charactersMax
  }
  for (const run of runs) {
    for (let rest: Run | undefined = run; rest !== undefined; ) {
      const length = cutLength(rest, room)
      if (length > 0) part.push(runUpTo(rest, length))
      rest = runFrom(rest, rest.clock + length)
      room -= length
      // A run costs some bytes of its own, however short.
      room -= RUN_COST
      if (rest !== undefined || room <= 0) close()
    }
  }
  close()
  for (let at = 0; at < deleted.length; at += rangesMax) {
    parts.push({ runs: [], deleted: deleted.slice(at, at + rangesMax) })
  }
  return parts
}

/** Bytes of an item beside its text, in characters of the worst kind. */
const RUN_COST = 10

/** As much as fits, but no half of a surrogate pair. */
function cutLength({ text, length }: Run, most: number): number {
  if (length <= most) return length
  const last = text?.charCodeAt(most - 1) ?? 0
  return last >= 0xd800 && last <= 0xdbff ? most - 1 : most
}

function runUpTo(run: Run, length: number): Run {
  return { ...run, length, text: run.text === null ? null : run.text.slice(0, length) }
}

function rangeOf({ client, clock, length }: Run): CharacterRange {
  return { client, clock, length }
}
