import { fromHex, MEMBERSHIP_SCOPE, type NodeId, type Replica, type ScopeId } from '@folkmoot/core'
import { secretOf } from './epoch.ts'
import type { HeldKeys } from './key-file.ts'
import { epochsOf, holdersOf, keyHolders, namedReaders, namesEpoch, readersOf } from './readers.ts'

/** A key that some lack who may have it. */
export interface MissingWraps {
  readonly scope: ScopeId
  readonly epoch: number
  /** What is to be wrapped. */
  readonly secret: Uint8Array
  readonly to: readonly NodeId[]
}

export interface MissingView {
  readonly replica: Replica
  readonly held: HeldKeys
  readonly nowMs: number
  /** Only what this node lacks. */
  readonly only: NodeId | undefined
}

/** The keys of which we hold, and others lack, their wrap: of all epochs, because who reads reads the history too. */
export function missingWraps(view: MissingView): readonly MissingWraps[] {
  const { replica, held, nowMs } = view
  const { membership } = replica
  if (!membership.sealed || held.names === undefined) return []
  const missing: MissingWraps[] = []
  const named = namesEpoch(replica.mesh, replica.storage)
  if (named !== undefined) {
    const { epoch, founder } = named
    const parts = membership.keysOf(MEMBERSHIP_SCOPE).filter(part => part.epoch === epoch)
    const have = holdersOf(parts, ({ by }) => by === founder)
    const to = lacking(view, namedReaders(membership, nowMs), have)
    if (to.length > 0) missing.push({ scope: MEMBERSHIP_SCOPE, epoch, secret: fromHex(held.names), to })
  }
  for (const [scope, address] of held.scopes()) {
    const readers = readersOf(membership, address, nowMs)
    for (const epoch of epochsOf(membership, scope)) {
      const key = held.ring.find(scope, epoch.epoch)
      if (key === undefined) continue
      const have = keyHolders(epoch, address, replica)
      const to = have.size === 0 ? [] : lacking(view, readers, have)
      if (to.length > 0) missing.push({ scope, epoch: epoch.epoch, secret: secretOf(key, address), to })
    }
  }
  return missing
}

function lacking(
  { only }: MissingView,
  entitled: ReadonlySet<NodeId>,
  have: ReadonlySet<NodeId>,
): readonly NodeId[] {
  return [...entitled].filter(node => !have.has(node) && (only === undefined || node === only))
}
