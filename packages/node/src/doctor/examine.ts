import type { NodeId, Replica } from '@folkmoot/core'
import type { DoctorReport, PeerReport } from '../reports.ts'
import { distinctRefusals } from './distinct-refusals.ts'
import { uncountedEntries } from './entries.ts'
import { type Finding, finding } from './finding.ts'
import { forks } from './forks.ts'
import { endedLogs } from './logs.ts'
import { certificates, peersAway, relays, standing } from './members.ts'
import type { Patient } from './patient.ts'
import { refused } from './refused.ts'

const ORDER: readonly Finding['level'][] = ['problem', 'warning', 'ok']

/**
 * What a person should know about this node's health, worst first.
 * @param about the directory: what others have found out of it
 */
export function examine(
  replica: Replica,
  peers: readonly PeerReport[],
  nowMs: number,
  node: NodeId,
  about: readonly Finding[] = [],
): DoctorReport {
  const patient: Patient = { replica, node, peers, nowMs }
  const found = [
    ...about,
    ...standing(patient),
    ...forks(patient),
    ...refused(patient),
    ...peersAway(patient),
    ...certificates(patient),
    ...endedLogs(patient),
    ...uncountedEntries(patient),
    ...relays(patient),
  ]
  const findings = ORDER.flatMap(level => found.filter(one => one.level === level))
  if (findings.length === 0) findings.push(finding('ok', 'nothing to report'))
  const isOk = findings.every(({ level }) => level !== 'problem')
  return { ok: isOk, findings, refusals: distinctRefusals(replica.storage.notes.refusals()) }
}
