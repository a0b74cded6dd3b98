/** Who has said again what a memory says, without writing it again. */
import { type Access, type DocumentRow, type EntryHash, type NodeId, newest } from '@folkmoot/core'

/** The set that holds it: `<entry of the content>/<node>`. Of a content that was replaced it says nothing any more. */
export const CONFIRMED = 'confirmedBy'

/** Digits of an entry's hash: enough to tell the few contents of one memory apart. */
const DIGITS = 16

export function confirmation(entry: EntryHash, node: NodeId): string {
  return `${entry.slice(0, DIGITS)}/${node}`
}

/**
 * Agents who confirmed one of these contents. A set does not say who added to it, so only a node counts that has
 * written in the memory. What is left: somebody can name a node that wrote something else there.
 */
export function confirmers(
  { sets, authors }: Pick<DocumentRow, 'sets' | 'authors'>,
  entries: readonly EntryHash[],
  members: Pick<Access, 'member'>,
): readonly string[] {
  const of = new Set(entries.map(entry => entry.slice(0, DIGITS)))
  return (sets[CONFIRMED] ?? []).flatMap(element => {
    const node = authors.find(author => author === element.slice(DIGITS + 1))
    if (node === undefined || !of.has(element.slice(0, DIGITS))) return []
    return members.member(node)?.agent ?? node
  })
}

export function contentEntries(row: DocumentRow): readonly EntryHash[] {
  return (row.registers.content ?? []).map(({ entry }) => entry)
}

export function newestEntry(row: DocumentRow): EntryHash | undefined {
  return newest(row.registers.content ?? [])?.entry
}
