import { distinctRefusals } from './distinct-refusals.ts'
import { type Finding, finding } from './finding.ts'
import type { Patient } from './patient.ts'

const DAY_MS = 24 * 60 * 60_000

/** What says that somebody lies, and not only that two nodes are apart. */
const SUSPICIOUS: readonly string[] = ['forged', 'equivocation']

export function refused({ replica, nowMs }: Patient): readonly Finding[] {
  const refusals = distinctRefusals(replica.storage.notes.refusals())
  const recent = refusals.filter(({ at }) => nowMs - at < DAY_MS)
  if (recent.length === 0) return []
  const codes = Object.entries(Object.groupBy(recent, ({ code }) => code))
  const level = recent.some(({ code }) => SUSPICIOUS.includes(code)) ? 'problem' : 'warning'
  const detail = codes.map(([code, found]) => `${code}: ${found?.length ?? 0}`).join(', ')
  return [finding(level, `${recent.length} refused in the last day`, detail)]
}
