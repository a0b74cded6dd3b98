import type { Replica } from '@folkmoot/core'
import type { Mesh } from './mesh.ts'
import type { StatusReport } from './reports.ts'
import type { View } from './view.ts'

interface Home {
  readonly id: StatusReport['node']
  readonly name: string
  readonly agent: string
  readonly replica: Replica
  readonly mesh: Mesh
}

/** A node in a few figures. A visitor's are of what it may read. */
export function statusOf({ id, name, agent, replica, mesh }: Home, { reader, sight }: View): StatusReport {
  const peers = mesh.peers()
  const { root, scopes } = reader.state()
  return {
    node: id,
    mesh: replica.mesh,
    name,
    agent,
    records: scopes.reduce((sum, scope) => sum + scope.records, 0),
    entries: entriesIn(sight),
    conflicts: reader.conflicts({}).length,
    peers: peers.length,
    connected: peers.filter(peer => peer.connected).length,
    root,
    refused: sight.principal.isOwner ? replica.storage.notes.refusals().length : 0,
    listening: mesh.addresses(),
  }
}

export function entriesIn(sight: View['sight']): number {
  let entries = 0
  for (const head of sight.heads()) entries += head.seq + 1
  return entries
}
