import { findUncounted, type Membership, type StoredEntry } from '@folkmoot/core'
import { countOf, type Finding, finding, nameOf } from './finding.ts'
import type { Patient } from './patient.ts'

/** Entries that have waited this long for something they depend on will hardly get it by waiting longer. */
const WAITING_LONG_MS = 10 * 60_000

/** Stored entries that do not count, by author and reason. What was cut is told log by log. */
export function uncountedEntries({ replica, nowMs, node }: Patient): readonly Finding[] {
  const { membership } = replica
  const told = findUncounted(replica).filter(
    item => isWorthTelling(item, nowMs) && !isExplained(item, membership),
  )
  const isRelay = membership.relays(node, nowMs)
  const groups = Map.groupBy(told, ({ entry, status, reason }) => `${entry.node} ${status} ${reason}`)
  return [...groups.values()].map(group => {
    const { entry, status, reason = '' } = group[0] as StoredEntry
    const who = nameOf(membership, entry.node)
    const entries = countOf(group.length, 'entry', 'entries')
    if (status !== 'sealed') {
      return finding('warning', `${entries} by ${who} ${group.length === 1 ? 'is' : 'are'} ${status}`, reason)
    }
    const what = `${entries} by ${who} cannot be read here: no key`
    return isRelay
      ? finding('ok', what, 'this node relays them')
      : finding('warning', what, 'a node that reads there hands the key out when both are connected')
  })
}

/** An erasure took its payload before it came here. */
function isExplained({ entry, status }: StoredEntry, membership: Membership): boolean {
  return status === 'detached' && membership.forgotten(entry.log, entry.seq) !== undefined
}

function isWorthTelling({ entry, status }: StoredEntry, nowMs: number): boolean {
  if (status === 'erased' || status === 'cut') return false
  return status !== 'waiting' || nowMs - entry.at >= WAITING_LONG_MS
}
