/** Who said what, in the words of the API. */
import type { EntryHash, Json, NodeId, SiblingVerdict } from '@folkmoot/core'

export interface Authorship {
  readonly node: NodeId
  /** The node's name and agent as the membership log has them. */
  readonly name: string
  readonly agent: string
  /** Milliseconds since 1970, by the author's clock. */
  readonly at: number
  readonly entry: EntryHash
}

export interface Candidate extends Authorship {
  readonly value: Json
  readonly ended: boolean
  /** What to say with it, where it is a directive in which another agent had a hand. */
  readonly caution: string | null
  /** Of a value that a verdict put there: who had said the same before; nobody, if the judge found words of its own. */
  readonly verdict?: { readonly judge: SiblingVerdict['judge']; readonly statedBy: readonly Authorship[] }
}
