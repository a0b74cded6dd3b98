import {
  type DocumentId,
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  limits,
  type NodeId,
  type Op,
  type Plan,
  type Provenance,
  type Sibling,
  TooLargeError,
  UsageError,
  utf8,
} from '@folkmoot/core'
import type { Listener } from './caution.ts'
import { claimOfAll, directivesOn } from './claims.ts'
import type { VerifyClaimOptions } from './reports.ts'
import { type ChangeAt, saidOf, standingFor, statementsBehind, statementsFor } from './said-of.ts'
import { checksOf, onlyStanding } from './verification.ts'
import { BESIDE_MAX, digestOfValue, markOf, VERIFICATION } from './verification-mark.ts'

/** As long as a reason. */
const HOW_BYTES_MAX = limits.NAME_BYTES_MAX * 4

/** @throws UsageError | TooLargeError */
export function checkVerifyClaim({ how, confidence }: VerifyClaimOptions): void {
  if (how.trim() === '') throw new UsageError('say how it was checked')
  const size = utf8(how).length
  if (size > HOW_BYTES_MAX) throw new TooLargeError('how it was checked, in bytes,', size, HOW_BYTES_MAX)
  if (confidence !== undefined && !(confidence >= 0 && confidence <= 1))
    throw new UsageError('confidence is between 0 and 1')
}

/**
 * Says of a value that it was checked. It holds for that value alone: an update of the memory leaves it behind.
 * @throws FolkmootError changed, if the value does not stand any more
 */
export function verifyClaim(
  id: DocumentId,
  options: VerifyClaimOptions,
  why: Provenance | undefined,
  members: Listener['members'],
): Plan {
  return {
    touches: id,
    plan(view) {
      const row = view.row(id)
      if (row === undefined || row.erased)
        throw new FolkmootError('erased', `memory ${id} has been erased for good`)
      const checked = standing(row, options.of)
      const changeAt: ChangeAt = entry => view.document(id).change(entry)
      if (statementsFor(row, checked.value).some(one => directivesOn(row, one, changeAt).length > 0))
        throw new UsageError('a directive is neither true nor false')
      const beside = othersBeside(row, checked, view.node, { members, changeAt })
      const ops = [markingOp(checked, options, beside), ...opsBeside(row, checked, options, changeAt)]
      const body = { type: 'change' as const, doc: id, deps: [...row.heads], salt: view.salt(), ops }
      return { scope: row.scope, body: why === undefined ? body : { ...body, why } }
    },
  }
}

function markingOp(
  { entry, value }: Sibling,
  { how, refuted = false }: VerifyClaimOptions,
  beside: readonly EntryHash[],
): Op {
  const mark = { of: entry, outcome: refuted ? 'refuted' : 'confirmed', how, says: digestOfValue(value) }
  return ['put', VERIFICATION, beside.length === 0 ? mark : { ...mark, beside }]
}

/** What other agents have found of the same value: it stays. Of too many the confirmations go first. */
function othersBeside(
  row: DocumentRow,
  checked: Sibling,
  node: NodeId,
  eyes: Pick<Listener, 'members' | 'changeAt'>,
): readonly EntryHash[] {
  const agentOf = (of: NodeId) => eyes.members.member(of)?.agent ?? of
  const others = checksOf(row, checked, eyes).filter(({ by }) => agentOf(by.node) !== agentOf(node))
  const refuted = others.filter(({ mark }) => mark.outcome === 'refuted')
  const kept = [...others.filter(one => !refuted.includes(one)), ...refuted].slice(-BESIDE_MAX)
  return kept.map(({ by }) => by.entry)
}

/** In a dispute other registers than its own hold what was said of the other values, too: these are left alone. */
function opsBeside(
  row: DocumentRow,
  checked: Sibling,
  { refuted = false, confidence }: VerifyClaimOptions,
  changeAt: ChangeAt,
): readonly Op[] {
  const statements = standingFor(row, checked.value).flatMap(said => statementsBehind(row, said))
  const ops: Op[] = []
  if (onlyStanding(row) !== undefined) {
    if (!refuted) ops.push(['put', 'claim', 'verified'])
    else if (claimOfAll(row, statements, changeAt) === 'verified') ops.push(['end', 'claim'])
  }
  if (confidence !== undefined) ops.push(['put', 'confidence', confidence])
  else if (refuted && statements.some(one => isSureByCheck(row, one, changeAt)))
    ops.push(['end', 'confidence'])
  return ops
}

function isSureByCheck(row: DocumentRow, statement: Sibling, changeAt: ChangeAt): boolean {
  return saidOf(row, 'confidence', statement, changeAt).some(({ entry }) => {
    const change = entry === statement.entry ? undefined : changeAt(entry)
    return change !== undefined && markOf(change) !== undefined
  })
}

function standing(row: DocumentRow, of: VerifyClaimOptions['of']): Sibling {
  if (row.type !== 'record') throw new UsageError(`a ${row.type} makes no statement that could be checked`)
  const named = (row.registers.content ?? []).find(({ entry }) => entry === of)
  if (of !== undefined && named === undefined)
    throw new FolkmootError('changed', `the value of entry ${of.slice(0, 12)} does not stand any more`)
  const found = named ?? onlyStanding(row)
  if (found === undefined) throw new UsageError('it is in dispute: say which entry was checked (of)')
  if (found.ended) throw new UsageError('it is retracted: there is nothing to check')
  return found
}
