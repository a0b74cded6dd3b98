import { decodeBody, MEMBERSHIP_SCOPE, type NodeId, type Replica } from '@folkmoot/core'
import { named } from './named.ts'
import type { Named } from './reports.ts'

/** Read at once of a membership log. */
const PAGE_BYTES = 256 * 1024

/** Everybody who was ever let in, removed or not, in the order of agent, name and id. */
export function everybody(replica: Replica): readonly Named[] {
  const nodes = new Set<NodeId>()
  for (const { node } of replica.membership.members()) nodes.add(node)
  for (const head of replica.heads()) {
    if (head.scope !== MEMBERSHIP_SCOPE) continue
    for (let seq = 0; seq <= head.seq; ) {
      const page = replica.storage.entries.read(head.log, seq, PAGE_BYTES)
      if (page.length === 0) break
      for (const { entry } of page) {
        const admitted = entry.bytes.payload === null ? undefined : admittedBy(entry.bytes.payload)
        if (admitted !== undefined) nodes.add(admitted)
      }
      seq += page.length
    }
  }
  // A key that says it was admitted and was not has no certificate that counts, and so no name.
  return [...nodes]
    .filter(node => replica.membership.member(node) !== undefined)
    .map(node => named(replica.membership, node))
    .sort((a, b) => compare(a.agent, b.agent) || compare(a.name, b.name) || compare(a.node, b.node))
}

function admittedBy(payload: Uint8Array): NodeId | undefined {
  try {
    const body = decodeBody(payload)
    return body.type === 'admit' || body.type === 'rotate' ? body.node : undefined
  } catch {
    return undefined
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
