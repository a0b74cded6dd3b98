import type { Replica } from '@folkmoot/core'
import type { BranchReport } from '../reports.ts'
import { bytesOf, readBranchConfig } from './branch-directory.ts'
import { logsAhead } from './carry.ts'
import { uncountedIn } from './merge-report.ts'

/**
 * @param dir of the node
 * @param entries those that only the branch has; null if it cannot be opened
 */
export function branchReport(dir: string, name: string, entries: number | null): BranchReport {
  return { name, createdAt: createdAt(dir, name), bytes: bytesOf(dir, name), entries }
}

/** How much a merge would have to bring, and how much the node was brought by earlier ones and does not count. */
export function entriesOnlyIn(dir: string, name: string, branch: Replica, node: Replica): number {
  const ahead = logsAhead(branch, node).map(({ head, from }) => head.seq + 1 - from)
  const uncounted = uncountedIn(readBranchConfig(dir, name).taken ?? [], node)
  return [...ahead, ...uncounted.map(({ entries }) => entries)].reduce((sum, entries) => sum + entries, 0)
}

/** 0 where that cannot be told: the doctor says what is wrong with it. */
function createdAt(dir: string, name: string): number {
  try {
    return readBranchConfig(dir, name).createdAt
  } catch {
    return 0
  }
}
