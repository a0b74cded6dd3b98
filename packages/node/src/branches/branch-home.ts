import type { EntryHash, FolkmootError, LogHead } from '@folkmoot/core'
import type { SqliteStorage } from '@folkmoot/store'
import type { Broadcast } from '../broadcast.ts'
import type { HeldKeys } from '../keys/key-file.ts'
import type { Happening } from '../news.ts'
import type { Settled } from '../settle-directory.ts'
import type { Destination } from './carry.ts'

/** What a branch is once it is open. */
export interface BranchHome extends Destination {
  readonly changes: Pick<Broadcast<Happening>, 'read'>
  /** What is told to those who come after it was closed; undefined while it is open. */
  readonly whyClosed?: () => FolkmootError | undefined
  readonly erasures: {
    readonly isGone: (erasure: EntryHash) => boolean
    readonly announceMissed: (logs: readonly LogHead[]) => Promise<void>
  }
  /** @param because what still waits to be written is refused with this */
  readonly close: (because?: FolkmootError) => Promise<void>
}

export interface BranchesParts<Home extends BranchHome> extends Destination {
  readonly dir: string
  readonly settled: Pick<Settled, 'config' | 'seed' | 'signer' | 'held'>
  readonly storage: Pick<SqliteStorage, 'copyTo' | 'transact'>
  /** Wires what is in a directory as a node is wired, but offline. */
  readonly open: (dir: string, settle: (storage: SqliteStorage) => Promise<Settled>) => Promise<Home>
}

export interface OpenBranch<Home> {
  readonly home: Home
  readonly held: HeldKeys
  readonly close: (because?: FolkmootError) => Promise<void>
  /** Of the membership news of its node: how many it was told of. */
  followed: number
  /** By so many it is used that have not closed it yet. */
  handles: number
}
