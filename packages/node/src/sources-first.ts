import type { DocumentId } from '@folkmoot/core'

/**
 * The same ids, each after those of them that it was derived from, so that whoever takes them in order can name its
 * sources. In a circle one comes before its source. Depth first with a list of its own: derivations may be long.
 */
export function* sourcesFirst(
  ids: readonly DocumentId[],
  sourcesOf: (id: DocumentId) => readonly DocumentId[],
): Iterable<DocumentId> {
  const wanted = new Set(ids)
  const entered = new Set<DocumentId>()
  const given = new Set<DocumentId>()
  for (const first of ids) {
    const open = [first]
    for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
      if (!entered.has(id)) {
        entered.add(id)
        open.push(...sourcesOf(id).filter(source => wanted.has(source) && !entered.has(source)))
        continue
      }
      open.pop()
      if (given.has(id)) continue
      given.add(id)
      yield id
    }
  }
}
