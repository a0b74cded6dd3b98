import type { LogHead, NodeId, Replica } from '@folkmoot/core'
import { countOf, type Finding, finding, nameOf } from './finding.ts'
import type { Patient } from './patient.ts'

interface EndedLog {
  readonly node: NodeId
  readonly why: string
  /** Entries that are stored here and stand after the end. */
  readonly beyond: number
}

/** Logs that a removal, a revocation or another key has ended; forks have findings of their own. */
export function endedLogs({ replica }: Patient): readonly Finding[] {
  const ended = [...replica.heads()].flatMap(head => endOf(replica, head) ?? [])
  const groups = Map.groupBy(ended, ({ node, why }) => `${node} ${why}`)
  return [...groups.values()].map(group => {
    const { node, why } = group[0] as EndedLog
    const beyond = group.reduce((sum, log) => sum + log.beyond, 0)
    const what = `${countOf(group.length, 'log')} of ${nameOf(replica.membership, node)} ended: ${why}`
    return beyond === 0
      ? finding('ok', what)
      : finding(
          'warning',
          what,
          `${countOf(beyond, 'later entry', 'later entries')} do not count: moot verify`,
        )
  })
}

function endOf(replica: Replica, head: LogHead): EndedLog | undefined {
  const { membership, storage } = replica
  if (membership.forkOf(head.log) !== undefined) return undefined
  const opening = storage.entries.read(head.log, 0, 1)[0]?.entry.authority ?? []
  const end = membership.endOf(head, opening, replica.scopeName(head.scope))
  if (end === undefined) return undefined
  return { node: head.node, why: end.why, beyond: Math.max(0, head.seq + 1 - end.below) }
}
