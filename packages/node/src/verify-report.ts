import { type AuditReport, MEMBERSHIP_SCOPE, type Replica } from '@folkmoot/core'
import type { VerifyReport } from './reports.ts'

type Uncounted = VerifyReport['uncounted'][number]

/** What an audit found, with who wrote what does not count. */
export function verifyReport(replica: Replica, report: AuditReport): VerifyReport {
  const { faults, rowsDiffer, uncounted } = report
  return {
    ...report,
    uncounted: uncounted.map(one => ({ ...one, ...authorOf(replica, one) })),
    rowsDiffer: rowsDiffer.length,
    valid: faults.length === 0 && rowsDiffer.length === 0,
  }
}

function authorOf(
  replica: Replica,
  { entry }: Pick<Uncounted, 'entry'>,
): Pick<Uncounted, 'node' | 'name' | 'agent' | 'scope' | 'seq' | 'at'> {
  const { storage, membership } = replica
  const stored = storage.entries.find(entry)?.entry
  if (stored === undefined) throw new Error(`an entry that was just read is stored: ${entry}`)
  const { node, scope, seq, at } = stored
  const { name = '', agent = '' } = membership.member(node) ?? {}
  const where = scope === MEMBERSHIP_SCOPE ? 'membership' : (replica.scopeName(scope) ?? null)
  return { node, name, agent, scope: where, seq, at }
}
