import { CausalOrder, type DocumentChange, type Verdict } from './causal-order.ts'
import type { EntryHash } from './ids.ts'
import type { DocumentContent, OpenDocument } from './open-document.ts'

export class BlockDocument implements OpenDocument {
  readonly #order = new CausalOrder()
  apply(change: DocumentChange): readonly Verdict[] {
    return this.#order.take(change, () => 'blocks are not here yet')
  }
  heads(): readonly EntryHash[] {
    return this.#order.heads()
  }
  change(entry: EntryHash): DocumentChange | undefined {
    return this.#order.change(entry)
  }
  changes(): Iterable<DocumentChange> {
    return this.#order.applied()
  }
  read(): DocumentContent {
    return { registers: {}, sets: {}, settlements: {} }
  }
  free(): void {}
}
