import type { Client, Visitor } from '@folkmoot/gateway/client'

/** Somewhere to write to. */
export interface Sink {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>
  readonly isTerminal: boolean
  /** Width in cells; infinite if nobody looks and nobody asks for one. */
  readonly columns: number
}

export type OnProgress = (what: string, done: number, total: number) => void

/** Whether a directory on which no node runs will do. */
export type Reach = 'anywhere' | 'running'

/** All that a command can see of the world: the process, or a test's stand-in. */
export interface Surroundings {
  readonly env: { readonly [name: string]: string | undefined }
  readonly stdin: AsyncIterable<Uint8Array>
  readonly out: Sink
  readonly err: Sink
  now(): number
  /** From the first call on, a first SIGINT or SIGTERM only aborts this. Also aborted when nobody reads our output. */
  untilStopped(): AbortSignal
  isStopped(): boolean
  /**
   * The node that runs on the directory, or else the directory itself, offline, unless it has to be a running node.
   * @throws RefusedError if that is so and none runs
   */
  openClient(dir: string, onProgress: OnProgress, visitor?: Visitor, reach?: Reach): Promise<Client>
}
