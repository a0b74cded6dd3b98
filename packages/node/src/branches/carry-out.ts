import type { LogHead, LogId, NodeId, Replica } from '@folkmoot/core'
import type { HeldKeys } from '../keys/key-file.ts'
import { noteTaken } from './branch-directory.ts'
import { type Carried, carry, type Destination, logsAhead } from './carry.ts'
import { takeKeys } from './settle-branch.ts'

/** What came out of a branch. */
export interface Merged extends Carried {
  /** All logs that were ever taken from it. */
  readonly logs: readonly LogId[]
}

/** The node that takes it in. */
interface Home extends Destination {
  readonly dir: string
  readonly node: NodeId
  readonly settled: { readonly held: HeldKeys }
}

/** Carries what was written in a branch, with the keys to it, into its node. @throws FolkmootError directory | disk */
export async function carryOut(
  name: string,
  { home: { replica }, held }: { readonly home: { readonly replica: Replica }; readonly held: HeldKeys },
  to: Home,
): Promise<Merged> {
  takeKeys(to.dir, to.settled.held, held)
  const ahead = logsAhead(replica, to.replica).map(({ head }) => head.log)
  const logs = noteTaken(to.dir, name, ahead)
  return { ...(await carry({ from: replica, to, node: to.node })), logs }
}

interface Explaining {
  readonly replica: Replica
  readonly erasures: { readonly announceMissed: (logs: readonly LogHead[]) => Promise<void> }
}

/** Says in a branch what became of the payloads that its new entries have lost. */
export async function explainErased({ replica, erasures }: Explaining, node: Replica): Promise<void> {
  const ahead = logsAhead(replica, node).map(({ head }) => head)
  // Of whom this is not taken, nothing else is taken either; and what is not said only puzzles the doctor.
  await erasures.announceMissed(ahead).catch(() => {})
}
