import { findUncounted, type Replica } from '@folkmoot/core'
import type { DoctorReport, PeerReport } from './reports.ts'

type Finding = DoctorReport['findings'][number]

/** Entries that have waited this long for something they depend on will hardly get it by waiting longer. */
const WAITING_LONG_MS = 10 * 60_000
const DAY_MS = 24 * 60 * 60_000

/** What a person should know about this node's health, worst first. */
export function examine(replica: Replica, peers: readonly PeerReport[], nowMs: number): DoctorReport {
  const refusals = replica.storage.notes.refusals()
  const recent = refusals.filter(refusal => nowMs - refusal.at < DAY_MS)
  const findings: Finding[] = [...members(peers), ...uncounted(replica, nowMs)]
  if (recent.length > 0) {
    const codes = Object.entries(Object.groupBy(recent, refusal => refusal.code))
    findings.push({
      level: recent.some(({ code }) => code === 'forged' || code === 'equivocation') ? 'problem' : 'warning',
      what: `${recent.length} refused in the last day`,
      detail: codes.map(([code, found]) => `${code}: ${found?.length ?? 0}`).join(', '),
    })
  }
  if (findings.length === 0) findings.push({ level: 'ok', what: 'nothing to report', detail: '' })
  return { ok: findings.every(({ level }) => level !== 'problem'), findings, refusals }
}

function members(peers: readonly PeerReport[]): Finding[] {
  const away = peers.filter(peer => !peer.connected)
  if (away.length === 0) return []
  const names = away.map(peer => peer.name || peer.node).join(', ')
  return [
    { level: 'warning', what: `${away.length} of ${peers.length} peers are not connected`, detail: names },
  ]
}

function uncounted(replica: Replica, nowMs: number): Finding[] {
  return findUncounted(replica).flatMap(({ entry, status, reason }): Finding[] => {
    if (status === 'erased') return []
    if (status === 'waiting' && nowMs - entry.at < WAITING_LONG_MS) return []
    const what = `entry ${entry.hash.slice(0, 12)} by ${entry.node} is ${status}`
    return [{ level: 'warning', what, detail: reason ?? '' }]
  })
}
