import type { ListCursor } from './list-query.ts'

/** Rows read of one list at a time, at least: a statement costs about as much as so many rows. */
const CHUNK_MIN = 16

/**
 * The first `limit` of several lists, each of them in order and none with a row of another. Of each only a little more
 * is read than goes into the answer.
 * @param read so many of a list, from its beginning or after a row
 */
export function mergeLists<List, Row extends ListCursor>(
  lists: readonly List[],
  limit: number,
  read: (list: List, limit: number, after?: Row) => readonly Row[],
): readonly Row[] {
  const chunk = Math.max(CHUNK_MIN, Math.ceil(limit / lists.length))
  const open = lists.map(list => inChunks(chunk, (after?: Row) => read(list, chunk, after)))
  const heads = open.map(rows => rows.next().value)
  const merged: Row[] = []
  while (merged.length < limit) {
    const first = placeOfFirst(heads)
    const row = heads[first]
    if (row === undefined) break
    merged.push(row)
    heads[first] = open[first]?.next().value
  }
  return merged
}

function* inChunks<Row>(chunk: number, read: (after?: Row) => readonly Row[]): Generator<Row, undefined> {
  for (let after: Row | undefined; ; ) {
    const rows = read(after)
    yield* rows
    after = rows.at(-1)
    if (rows.length < chunk) return undefined
  }
}

/** -1 if none is left. */
function placeOfFirst(heads: readonly (ListCursor | undefined)[]): number {
  let first = -1
  let best: ListCursor | undefined
  for (const [place, head] of heads.entries()) {
    if (head === undefined || (best !== undefined && inOrder(best, head) < 0)) continue
    first = place
    best = head
  }
  return first
}

function inOrder(a: ListCursor, b: ListCursor): number {
  return b.updatedAt - a.updatedAt || Buffer.compare(a.id, b.id)
}
