/** The smallest edit from one text to another, so that what others type meanwhile keeps its place. */

/** Takes out `removed` UTF-16 units at `at` and puts `inserted` there. Places are those of the text before any edit. */
export interface TextEdit {
  readonly at: number
  readonly removed: number
  readonly inserted: string
}

/** Words that may differ before the whole stretch is replaced: beyond this it is another text, not an edit of this one. */
const DIFFERENCES_MAX = 200

/** Edits that lead from `before` to `after`, last first, so that each leaves the places of the next as they were. */
export function textEdits(before: string, after: string): readonly TextEdit[] {
  const start = sharedStart(before, after)
  const tail = sharedEnd(before, after, Math.min(before.length, after.length) - start)
  const old = before.slice(start, before.length - tail)
  const now = after.slice(start, after.length - tail)
  if (old === '' && now === '') return []
  const found = old === '' || now === '' ? undefined : wordEdits(words(old), words(now), start)
  return (found ?? [{ at: start, removed: old.length, inserted: now }]).reverse()
}

function sharedStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a[length] === b[length]) length++
  return length > 0 && isHighSurrogate(a.charCodeAt(length - 1)) ? length - 1 : length
}

function sharedEnd(a: string, b: string, most: number): number {
  let length = 0
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length++
  return length > 0 && isLowSurrogate(a.charCodeAt(a.length - length)) ? length - 1 : length
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

function words(text: string): readonly string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []
}

/**
 * Myers, "An O(ND) Difference Algorithm" (1986): for each number of differences, how far each diagonal reaches; then
 * back along the way. Undefined if there are too many differences.
 */
function wordEdits(a: readonly string[], b: readonly string[], offset: number): TextEdit[] | undefined {
  const reach = new Map<number, number>([[1, 0]])
  const rounds: ReadonlyMap<number, number>[] = []
  for (let d = 0; d <= DIFFERENCES_MAX; d++) {
    rounds.push(new Map(reach))
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(reach, k, d) ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      reach.set(k, x)
      if (x >= a.length && x - k >= b.length) return collect(a, b, rounds, offset)
    }
  }
  return undefined
}

function goesDown(reach: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))
}

function collect(
  a: readonly string[],
  b: readonly string[],
  rounds: readonly ReadonlyMap<number, number>[],
  offset: number,
): TextEdit[] {
  const kept: (readonly [number, number])[] = [[a.length, b.length]]
  let x = a.length
  let y = b.length
  for (let d = rounds.length - 1; d >= 0; d--) {
    const reach = rounds[d] as ReadonlyMap<number, number>
    const k = x - y
    const from = goesDown(reach, k, d) ? k + 1 : k - 1
    const fromX = reach.get(from) ?? 0
    const fromY = fromX - from
    while (x > fromX && y > fromY && x > 0 && y > 0) kept.push([--x, --y])
    x = Math.max(fromX, 0)
    y = Math.max(fromY, 0)
  }
  return between(a, b, kept.reverse(), offset)
}

/** What lies between the words that both have. */
function between(
  a: readonly string[],
  b: readonly string[],
  kept: readonly (readonly [number, number])[],
  offset: number,
): TextEdit[] {
  const edits: TextEdit[] = []
  let x = 0
  let y = 0
  let at = offset
  for (const [keptX, keptY] of kept) {
    const removed = a.slice(x, keptX).join('').length
    const inserted = b.slice(y, keptY).join('')
    if (removed > 0 || inserted !== '') edits.push({ at, removed, inserted })
    at += removed + (a[keptX]?.length ?? 0)
    x = keptX + 1
    y = keptY + 1
  }
  return edits
}
