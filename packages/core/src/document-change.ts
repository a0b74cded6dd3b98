import type { DocumentBody } from './body.ts'
import type { DocumentChange } from './causal-order.ts'
import type { VerifiedEntry } from './entry.ts'
import type { LogId } from './ids.ts'
import type { StoredEntry } from './ports.ts'

/** The change in a stored entry; none if its payload is gone or cannot be read, or if it stands after its log's end. */
export type ReadChange = (stored: StoredEntry) => DocumentChange | undefined

/** True of a position after the end of its log. */
export type IsCut = (log: LogId, seq: number) => boolean

/**
 * The change that an entry makes of its document. What it depends on and was cut since is left out: for those who
 * never got it, and for those who did, it is as if it had never been.
 */
export function changeOf(
  entry: VerifiedEntry,
  body: DocumentBody,
  isCut: IsCut = () => false,
): DocumentChange {
  const { scope, node, incarnation, at, tick, hash } = entry
  const { places = [] } = body
  const stands = body.deps.map((_, i) => {
    const place = places[i]
    return place === undefined || !isCut(...place)
  })
  const change = { entry: hash, scope, node, incarnation, at, tick, isFirst: body.deps.length === 0 }
  if (stands.every(Boolean)) return { ...change, body }
  return { ...change, body: { ...body, deps: body.deps.filter((_, i) => stands[i]) }, isCutShort: true }
}
