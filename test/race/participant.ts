/** One process of a race, whatever the system: it writes, and reads what is left. */
export interface Participant {
  /** What each of the others is given to join with, in their order; asked of the first alone. */
  invite?(others: number, keys: readonly string[]): Promise<readonly string[]>
  /** Waits until it is connected with so many others, where the system connects processes. */
  meet?(others: number): Promise<void>
  /** Resolves when the system says that it has it. */
  write(key: string, value: string): Promise<void>
  /** A hash of all that it can read, where copies have to become equal before they are counted. */
  state?(): Promise<string>
  read(keys: readonly string[]): Promise<readonly Reading[]>
  close(): Promise<void>
}

/** What can still be read of one key. */
export interface Reading {
  readonly key: string
  readonly found: readonly Found[]
  /** The system tells, unasked, that what it holds of the key does not agree. */
  readonly surfaced: boolean
  /** Values differ of which none was written in sight of another; null where the system cannot tell. */
  readonly concurrent: boolean | null
}

export interface Found {
  readonly value: string
  /** Who said it, as the system recorded it. */
  readonly by: string | null
  /** False if it is only in the history. */
  readonly current: boolean
}

/** Where a participant sits. */
export interface Seat {
  /** The folder of this race, which all its processes share. */
  readonly home: string
  /** From 0. */
  readonly process: number
  /** What the first handed out to this one. */
  readonly handed?: string | undefined
  /** It comes when all is over and reads what this process left on the disk. */
  readonly onlyReads?: boolean
  /** Where the stub embedder listens. */
  readonly embedder?: string | undefined
}

export type SystemName = 'server-memory' | 'server-memory-prepared' | 'mem0' | 'mem0-update' | 'folkmoot'

/** `awaited`: each write after the one before is acknowledged. `pipelined`: all at once. */
export type Way = 'awaited' | 'pipelined'

/** What one process has to tell of its writes. */
export interface Told {
  readonly acknowledged: readonly { readonly key: string; readonly value: string }[]
  readonly errors: readonly string[]
  /** Milliseconds since 1970, when the last write was answered. */
  readonly endedAt: number
}
