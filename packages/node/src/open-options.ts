import type { Judge } from '@folkmoot/arbiter'
import type { ResolverName } from '@folkmoot/core'
import type { ArbiterOptions } from './arbitration/arbiter-options.ts'

export interface OpenNodeOptions {
  readonly dir: string
  /** Needed when the directory is new. */
  readonly name?: string
  readonly agent?: string
  /** False makes a new mesh without encryption: whoever gets hold of an entry can read it. */
  readonly sealed?: boolean
  /** A file to write the key to, of a new mesh, that outranks the founder's: for a drawer. It must not be there. */
  readonly recoveryKey?: string
  /** A ticket to join a mesh with, when the directory is new. */
  readonly join?: string
  /** No network: for commands on a directory whose node is down. */
  readonly offline?: boolean
  readonly listen?: readonly string[]
  /** Addresses to tell others instead of those listened on (behind a proxy or a container). */
  readonly announce?: readonly string[]
  /** Where the door for guests with a ticket listens; beside the first of `listen` by default. */
  readonly joinListen?: string
  /** Peers to dial besides those known: multiaddrs that end in `/p2p/<peer id>`. */
  readonly peers?: readonly string[]
  /** Per-scope replication, first match wins: `{ scope: 'run=*', mode: 'local' }`. */
  readonly replicate?: readonly { readonly scope: string; readonly mode: 'push' | 'pull' | 'local' }[]
  /** How to choose among siblings that nobody has settled, where no policy says: `latest` by default. */
  readonly resolver?: ResolverName
  /** For the resolver `authority`: agents from most to least trusted. */
  readonly authority?: readonly string[]
  /**
   * Decides for `remember` what a statement is to what is remembered; the arbiter's judge or model by default, and by
   * rules alone if there is none either. It settles no conflict.
   */
  readonly judge?: Judge
  readonly onProgress?: (what: 'rebuild' | 'catch-up', done: number, total: number) => void
  /**
   * Makes the node settle what the policies of scopes leave to a rule or an arbiter. It takes the right to arbitrate.
   * Closing it breaks off what is being judged; what it had claimed others take over when the claim has run out.
   */
  readonly arbiter?: ArbiterOptions
  /** False: an arbiter does not look by itself for memories that contradict each other. */
  readonly suspect?: boolean
  /** Told, in a line, what somebody should know who runs the node. */
  readonly onNotice?: (line: string) => void
  readonly signal?: AbortSignal
}
