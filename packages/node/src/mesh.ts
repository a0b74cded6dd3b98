/** What a node knows of the others, and what it can ask of them. Without a network it still answers. */
import { type EntryHash, FolkmootError, type Membership, type News, type NodeId } from '@folkmoot/core'
import type { InviteOptions } from './api.ts'
import type { KnownFrontier } from './beliefs/cut.ts'
import type { PeerReport } from './reports.ts'

export interface Mesh {
  /** What was just committed here: to be passed on. */
  tell(news: News): void
  peers(): PeerReport[]
  /** What a peer is known to hold; undefined if nothing is known of it. */
  known(peer: NodeId): KnownFrontier | undefined
  /** Multiaddrs that others may dial. */
  addresses(): readonly string[]
  invite(options: InviteOptions): Promise<{ readonly ticket: string; readonly expiresAt: number }>
  /** Exchanges news with every connected peer now. */
  refresh(signal?: AbortSignal): Promise<void>
  /** Resolves when so many nodes, this one included, hold the entry. */
  held(entry: EntryHash, by: 'majority' | number, signal?: AbortSignal): Promise<void>
  /** Resolves when all admins that are connected now have stored the entry, or after a few seconds. Never rejects. */
  heard(entry: EntryHash): Promise<void>
  close(): Promise<void>
}

/** The mesh of a node that runs without a network. */
export function offlineMesh(self: NodeId, membership: () => Membership): Mesh {
  const unreachable = async () => {
    throw new FolkmootError('unreachable', 'the node is not running: start it with moot up')
  }
  return {
    tell: () => {},
    known: () => undefined,
    peers: () =>
      otherMembers(self, membership()).map(peer => ({ ...peer, connected: false, addrs: [], lagEntries: 0 })),
    addresses: () => [],
    invite: unreachable,
    refresh: unreachable,
    held: unreachable,
    heard: async () => {},
    close: async () => {},
  }
}

export function otherMembers(
  self: NodeId,
  membership: Membership,
): Pick<PeerReport, 'node' | 'name' | 'agent'>[] {
  return [...membership.members()]
    .filter(member => member.node !== self)
    .map(({ node, name, agent }) => ({ node, name, agent }))
}
