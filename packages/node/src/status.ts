import type { Replica } from '@folkmoot/core'
import type { Arbitration } from './arbitration/arbitration.ts'
import { distinctRefusals } from './doctor/distinct-refusals.ts'
import type { Mesh } from './mesh.ts'
import type { StatusReport } from './reports.ts'
import type { View } from './view.ts'

interface Home {
  readonly id: StatusReport['node']
  readonly name: string
  readonly agent: string
  readonly replica: Replica
  readonly mesh: Mesh
  readonly arbitration?: Pick<Arbitration, 'report'> | undefined
}

/** A node in a few figures. A visitor's are of what it may read. */
export function statusOf(home: Home, { reader, sight }: View): StatusReport {
  const { id, name, agent, replica, mesh, arbitration } = home
  const peers = mesh.peers()
  const { root, scopes } = reader.state()
  return {
    node: id,
    mesh: replica.mesh,
    name,
    agent,
    records: scopes.reduce((sum, scope) => sum + scope.records, 0),
    entries: entriesIn(sight),
    conflicts: reader.countConflicts(),
    peers: peers.length,
    connected: peers.filter(peer => peer.connected).length,
    root,
    refused: sight.principal.isOwner ? distinctRefusals(replica.storage.notes.refusals()).length : 0,
    listening: mesh.addresses(),
    // Its queue names scopes and conflicts that a visitor may not know of.
    arbiter: (sight.principal.isOwner ? arbitration?.report() : undefined) ?? null,
  }
}

export function entriesIn(sight: View['sight']): number {
  let entries = 0
  for (const head of sight.heads()) entries += head.seq + 1
  return entries
}
