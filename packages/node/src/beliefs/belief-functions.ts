import {
  FolkmootError,
  type NodeId,
  NotFoundError,
  parseDocumentId,
  parseScope,
  type Replica,
} from '@folkmoot/core'
import { findNode } from '../administration/find-subject.ts'
import { Finder } from '../find.ts'
import { afterKeys } from '../keys/after-keys.ts'
import { checkKnown, checkNotAhead } from '../known-past.ts'
import type { Mesh } from '../mesh.ts'
import type { Sight } from '../sight.ts'
import { afterChanges } from '../suspicions/after-change.ts'
import type { View } from '../view.ts'
import { blame } from './blame.ts'
import { listenerOf } from './caution.ts'
import type { Acquaintance } from './cut.ts'
import { diff } from './diff.ts'
import { diffBranch, isBranch } from './diff-branch.ts'
import { reasons } from './reasons.ts'
import type { BeliefFunctions } from './reports.ts'
import { rollBack } from './roll-back.ts'
import { taint } from './taint.ts'
import type { TaintReport } from './taint-report.ts'
import { checkBy } from './verification.ts'
import { checkVerifyClaim, verifyClaim } from './verify-claim.ts'

/** Memories that one page of a comparison tells of when nobody says how many. */
const DIFF_LIMIT = 1000

const WHOLE_ID = /^[0-9a-f]{32}$/

export interface BeliefParts {
  readonly view: View
  readonly id: NodeId
  readonly replica: Replica
  readonly mesh: Pick<Mesh, 'known'>
  /** What is in a branch of this node, for the same principal. */
  readonly branchSight: (name: string) => Promise<Sight>
  /** Resolves when the keys that came before now have been opened. */
  keysOpened(): Promise<void>
}

/** What a node tells of why something is believed, and does about it. */
export function beliefFunctions(parts: BeliefParts): BeliefFunctions {
  const { view, id: self, replica, mesh, keysOpened, branchSight } = parts
  const { sight, writer, members, reader } = view
  const finder = new Finder(sight, replica)
  const others: Acquaintance = {
    self,
    find(name) {
      const node = findNode(replica.membership, name)
      return { node, name: members.member(node)?.name ?? node }
    },
    known: node => mesh.known(node),
  }
  const questions = {
    why: async (id, { scope, at } = {}) => {
      const row = finder.row(id, scope)
      checkKnown(at, row, sight)
      return reasons(row, at, view)
    },
    blame: async (id, { scope } = {}) => blame(finder.row(id, scope), view),
    diff: async (a, b, { scope, after, limit = DIFF_LIMIT } = {}) => {
      for (const side of [a, b]) checkNotAhead(side, reader.now())
      const page = { scope: scope === undefined ? undefined : parseScope(scope), after, limit }
      const eyes = { sight, members, nowMs: reader.now() }
      if (isBranch(a) || isBranch(b)) return diffBranch(a, b, page, { ...eyes, branchSight })
      return diff(a, b, page, eyes, others)
    },
    taint: async (id, { scope } = {}) => taintOf(id, scope),
  } satisfies Partial<BeliefFunctions>
  return {
    ...afterKeys(keysOpened, questions),
    async rollBack(id, { scope, only, reason } = {}) {
      await keysOpened()
      const report = taintOf(id, scope)
      const known = new Set<string>(report.records.map(record => record.id))
      const stranger = only?.find(one => !known.has(one))
      if (stranger !== undefined) throw new NotFoundError(`memory ${stranger} derived from ${report.id}`)
      const chosen = report.records.filter(({ id, link }) => only?.includes(id) ?? link === 'derived')
      const told = await rollBack(report, chosen, reason, view)
      const retracted = new Set(told.retracted.map(one => one.id))
      await afterChanges(
        view,
        chosen.filter(record => retracted.has(record.id)),
      )
      return told
    },
    async verifyClaim(id, options) {
      checkVerifyClaim(options)
      const row = finder.row(id, options.scope)
      const { signal: _, how: __, ...grounds } = options
      const plan = verifyClaim(row.id, options, writer.why(grounds), members)
      const result = await writer.change(row.scope, plan)
      const after = result.row
      const verification = after && checkBy(after, result.entry, listenerOf(view))
      if (after === undefined || verification === undefined)
        throw new FolkmootError('not-found', 'the change was stored but does not count')
      return { id: after.id, scope: after.scope, entry: result.entry, heads: after.heads, verification }
    },
  }

  /** Also of what is not here, by its whole id: what was derived from it may be. */
  function taintOf(id: string, scope: string | undefined): TaintReport {
    const row = WHOLE_ID.test(id) ? finder.find(id, scope) : finder.row(id, scope)
    const report = taint(row?.id ?? parseDocumentId(id), view)
    if (row === undefined && report.records.length === 0) throw new NotFoundError(`memory ${id}`)
    return report
  }
}
