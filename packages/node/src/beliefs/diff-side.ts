/** What a comparison of two states is asked, and which states it compared. */
import type { DocumentId, NodeId } from '@folkmoot/core'

/** A state of this node's own: here and now, here at a time (milliseconds since 1970), or what a node is known to hold. */
export type OwnSide = 'here' | { readonly at: number } | { readonly node: string }

/** A state to compare. A branch is only compared with what is here and now. */
export type DiffSide = OwnSide | { readonly branch: string }

export interface DiffOptions {
  readonly scope?: string
  /** The `next` of the report before: memories come in the order of their ids. */
  readonly after?: DocumentId
  /** Memories to tell of at most. */
  readonly limit?: number
}

export type SideReport =
  | { readonly kind: 'here' }
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'branch'; readonly name: string }
  /** `heardAt`: when sync last learnt what it holds, in milliseconds since 1970. */
  | { readonly kind: 'node'; readonly node: NodeId; readonly name: string; readonly heardAt: number }
