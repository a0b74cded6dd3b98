import { type Replica, UsageError } from '@folkmoot/core'
import type { MemoryNode } from '../api.ts'
import type { Reader } from '../reader.ts'
import type { BranchHome } from './branch-home.ts'
import type { Branches } from './branches.ts'
import { mergeReport } from './merge-report.ts'

export interface BranchFunctionsParts<Home extends BranchHome> {
  /** None in a branch. */
  readonly branches?: Branches<Home> | undefined
  readonly replica: Replica
  readonly erasures: { confirm(): Promise<void> }
  /** Resolves when the keys that came before now have been opened. */
  readonly keysOpened: () => Promise<void>
  readonly reader: Reader
  /** The branch as this principal may use it. */
  readonly faceOf: (home: Home) => MemoryNode
}

type BranchFunctions = Pick<MemoryNode, 'createBranch' | 'branches' | 'branch' | 'merge' | 'dropBranch'>

/** @throws UsageError in a branch */
export function branchesOf<Home extends BranchHome>({
  branches,
}: Pick<BranchFunctionsParts<Home>, 'branches'>): Branches<Home> {
  if (branches !== undefined) return branches
  throw new UsageError('this is a branch, which has none of its own: leave the branch out')
}

/** What the API says of branches. */
export function branchFunctions<Home extends BranchHome>(parts: BranchFunctionsParts<Home>): BranchFunctions {
  const { replica, erasures, keysOpened, reader, faceOf } = parts
  const there = () => branchesOf(parts)
  /** The branch may have been what kept this node from it. What fails now is done at the next opening. */
  const confirm = () => erasures.confirm().catch(() => {})
  const open = () => reader.conflicts({ expired: true })
  return {
    createBranch: async name => there().create(name),
    branches: async () => there().list(),
    branch: async name => faceOf(await there().handle(name)),
    async dropBranch(name) {
      await there().drop(name)
      await confirm()
    },
    async merge(branch, { keep = false } = {}) {
      const before = () => new Set(open().map(({ id }) => id))
      const report = await there().merge(branch, before, async (merged, known) => {
        await keysOpened()
        const found = mergeReport(merged, { replica, open, before: known })
        const mayGo = !keep && found.refused.length === 0
        return { report: { branch, ...found, kept: !mayGo }, mayGo }
      })
      await confirm()
      return report
    },
  }
}
