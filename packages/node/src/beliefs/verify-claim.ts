import {
  type DocumentId,
  type DocumentRow,
  FolkmootError,
  limits,
  type Op,
  type Plan,
  type Provenance,
  type Sibling,
  TooLargeError,
  UsageError,
  utf8,
} from '@folkmoot/core'
import { claimed } from './claims.ts'
import type { VerifyClaimOptions } from './reports.ts'
import { digestOfValue, onlyStanding, VERIFICATION } from './verification.ts'

/** As long as a reason. */
const HOW_BYTES_MAX = limits.NAME_BYTES_MAX * 4

/** @throws UsageError | TooLargeError */
export function checkVerifyClaim({ how, confidence }: VerifyClaimOptions): void {
  if (how === '') throw new UsageError('say how it was checked')
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
  { how, refuted = false, confidence, of }: VerifyClaimOptions,
  why: Provenance | undefined,
): Plan {
  return {
    touches: id,
    plan(view) {
      const row = view.row(id)
      if (row === undefined || row.erased)
        throw new FolkmootError('erased', `memory ${id} has been erased for good`)
      const checked = standing(row, of)
      const claim = claimed(row)?.value
      if (claim === 'directive') throw new UsageError('a directive is neither true nor false')
      const mark = { of: checked.entry, outcome: refuted ? 'refuted' : 'confirmed', how }
      const ops: Op[] = [['put', VERIFICATION, { ...mark, says: digestOfValue(checked.value) }]]
      if (!refuted) ops.push(['put', 'claim', 'verified'])
      else if (claim === 'verified') ops.push(['end', 'claim'])
      if (confidence !== undefined) ops.push(['put', 'confidence', confidence])
      const body = { type: 'change' as const, doc: id, deps: [...row.heads], salt: view.salt(), ops }
      return { scope: row.scope, body: why === undefined ? body : { ...body, why } }
    },
  }
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
