/** Makes whole entries of the first digits that people copy from a conflict, where a settlement names candidates. */
import { type CandidateRef, type EntryHash, FolkmootError, type Json, UsageError } from '@folkmoot/core'
import type { MemoryNode, Settlement } from '@folkmoot/node'

const HASH_DIGITS = 64
/** As many as commands show of an entry. */
const SHOWN_DIGITS = 12

/** As it comes in: a number is a place, a text an entry or its first digits. */
type GivenSettlement = { readonly reason?: string; readonly seen?: readonly string[] } & (
  | { readonly pick: number | string }
  | { readonly value: Json }
  | { readonly contexts: readonly { readonly pick: number | string; readonly when: string }[] }
  | { readonly defer: true }
  | { readonly undo: true }
)

/**
 * Looks the conflict up only if there are digits to complete. That its candidates are still those is checked again when
 * the settlement is written.
 * @throws UsageError if what is picked is not one candidate
 * @throws FolkmootError changed, if what was seen is not a candidate any more
 */
export async function wholeSettlement(
  node: MemoryNode,
  { conflict, scope }: { readonly conflict: string; readonly scope?: string },
  given: GivenSettlement,
): Promise<Settlement> {
  const { seen, ...settling } = given
  const isShort = namedIn(given).some(hash => hash.length < HASH_DIGITS)
  const report = isShort ? await node.conflict(conflict, scope === undefined ? {} : { scope }) : undefined
  const entries = report?.candidates.map(({ entry }) => entry) ?? []
  const whole = seen === undefined ? {} : { seen: seen.map(digits => seenAmong(entries, digits)) }
  const picked = (pick: number | string): CandidateRef =>
    typeof pick === 'number' ? pick : pickedAmong(entries, pick)
  if ('pick' in settling) return { ...settling, ...whole, pick: picked(settling.pick) }
  if (!('contexts' in settling)) return { ...settling, ...whole }
  const contexts = settling.contexts.map(({ pick, when }) => ({ pick: picked(pick), when }))
  return { ...settling, ...whole, contexts }
}

function namedIn(given: GivenSettlement): readonly string[] {
  const picks = 'pick' in given ? [given] : 'contexts' in given ? given.contexts : []
  const entries = picks.flatMap(({ pick }) => (typeof pick === 'number' ? [] : pick))
  return [...entries, ...(given.seen ?? [])]
}

function seenAmong(entries: readonly EntryHash[], digits: string): EntryHash {
  const found = among(entries, digits)
  if (found === undefined) throw new FolkmootError('changed', 'there are other candidates by now')
  return found
}

function pickedAmong(entries: readonly EntryHash[], digits: string): EntryHash {
  const found = among(entries, digits)
  if (found !== undefined) return found
  const shown = entries.map(entry => entry.slice(0, SHOWN_DIGITS)).join(', ')
  throw new UsageError(`no candidate ${digits}: their entries are ${shown}`)
}

/** Of a whole hash the writing of the settlement says whether it is one. @throws UsageError if it is several */
function among(entries: readonly EntryHash[], digits: string): EntryHash | undefined {
  if (digits.length === HASH_DIGITS) return digits as EntryHash
  const found = entries.filter(entry => entry.startsWith(digits))
  if (found.length > 1) throw new UsageError(`several candidates begin with ${digits}: give more digits`)
  return found[0]
}
