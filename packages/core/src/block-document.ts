/**
 * A block: one live text that several nodes edit at once. Its changes carry Yjs updates, and what comes of them
 * depends on the set of changes alone. SPEC of the gate, beyond form and size:
 *
 *   B1  An update types only what plain text needs, at most so much, and never leaves Yjs waiting for more.
 *   B2  A client id from 2^32 up belongs to the one node it is derived from. Smaller ones are drawn by editors: who
 *       has seen another node begin one does not type under it.
 *   B3  Characters go on where their client stopped, and name and delete only what the change's past holds.
 *   B4  Two changes that did not see each other may claim one character if they say the same of it: an editor that
 *       moved from node to node while those were apart. If they differ the earlier counts, by time, then by hash; the
 *       other is rejected, and with it all that depends on it.
 *   B5  What is typed between two characters could have been: see `BlockText`.
 *
 * Residual risk: a member with a log it has not used yet can claim an editor's client id in a change dated back
 * before the editor's own (B4). The text so lost stays in the log, and so does the signed proof of who did it.
 */
import { type Author, BlockMerge, compareChanges } from './block-merge.ts'
import type { Objection } from './block-objection.ts'
import { BlockText } from './block-text.ts'
import { type BlockUpdate, type CharacterRange, runFrom } from './block-update.ts'
import type { DocumentChange, Verdict } from './causal-order.ts'
import type { EntryHash } from './ids.ts'
import type { DocumentContent, OpenDocument } from './open-document.ts'

export class BlockDocument implements OpenDocument {
  #merge = new BlockMerge()
  /** All changes ever taken, whatever became of them. */
  readonly #taken = new Map<EntryHash, DocumentChange>()
  readonly #verdicts = new Map<EntryHash, Verdict>()

  /** The verdicts may take back earlier ones. */
  apply(change: DocumentChange): readonly Verdict[] {
    if (this.#taken.has(change.entry)) return []
    this.#taken.set(change.entry, change)
    const verdicts = this.#merge.take(change)
    const changed = this.#merge.isDisturbed ? this.#mergeAgain(change.entry) : verdicts
    for (const verdict of changed) this.#verdicts.set(verdict.entry, verdict)
    return changed
  }

  heads(): readonly EntryHash[] {
    return this.#merge.order.heads()
  }

  /** A block has no disagreements to settle. */
  sibling(): undefined {
    return undefined
  }

  change(entry: EntryHash): DocumentChange | undefined {
    return this.#merge.order.change(entry)
  }

  changes(): Iterable<DocumentChange> {
    return this.#merge.order.applied()
  }

  read(at?: readonly EntryHash[]): DocumentContent {
    const { newest, text } = at === undefined ? this.#merge : this.#mergeOf(this.#merge.order.ancestry(at))
    if (newest === undefined) return { registers: {}, sets: {}, settlements: {}, claims: {} }
    const { node, at: ms, tick, entry } = newest
    const sibling = { value: text.toString(), ended: false, node, at: ms, tick, entry, confidence: null }
    if (at !== undefined) text.free()
    return { registers: { content: [sibling] }, sets: {}, settlements: {}, claims: {} }
  }

  get text(): BlockText {
    return this.#merge.text
  }

  /** What of `update` is not here yet. */
  fresh({ runs, deleted }: BlockUpdate): BlockUpdate {
    const { text } = this.#merge
    return {
      runs: runs.flatMap(run => runFrom(run, text.end(run.client)) ?? []),
      deleted: deleted.flatMap((range): CharacterRange[] => [...text.alive(range)]),
    }
  }

  /** Why `author` could not write `update` as the next change, if so. */
  objection(update: BlockUpdate, author: Author): Objection | undefined {
    return this.#merge.objection(update, author)
  }

  free(): void {
    this.#merge.text.free()
  }

  /** Merges all changes anew, in order of time. Gives the verdicts that changed, and that of `entry`. */
  #mergeAgain(entry: EntryHash): readonly Verdict[] {
    this.#merge.text.free()
    this.#merge = new BlockMerge()
    const verdicts = new Map<EntryHash, Verdict>()
    for (const change of [...this.#taken.values()].sort(compareChanges)) {
      for (const verdict of this.#merge.take(change)) verdicts.set(verdict.entry, verdict)
    }
    return [...verdicts.values()].filter(
      verdict => verdict.entry === entry || verdict.status !== this.#verdicts.get(verdict.entry)?.status,
    )
  }

  #mergeOf(entries: ReadonlySet<EntryHash>): Pick<BlockMerge, 'text' | 'newest'> {
    const text = new BlockText()
    let newest: DocumentChange | undefined
    for (const change of this.#merge.order.applied()) {
      const update = entries.has(change.entry) ? this.#merge.update(change.entry) : undefined
      if (update === undefined) continue
      text.apply(update)
      if (newest === undefined || compareChanges(newest, change) < 0) newest = change
    }
    return { text, newest }
  }
}
