/** Bugs to inject, one each: checkers that do not notice them would notice nothing. */
import { type DocumentRow, newest, type Storage, sha256, toHex, utf8 } from '@folkmoot/core'
import { withRows } from '../sabotage.ts'

/** A claim, once made, holds for ever. */
export function neverExpires(storage: Storage): Storage {
  return withRows(storage, row => {
    const conflicts = row.conflicts.map(conflict => ({
      ...conflict,
      claims: conflict.claims.map(claim => ({ ...claim, until: Number.MAX_SAFE_INTEGER })),
    }))
    return { ...row, conflicts }
  })
}

/** Of two verdicts the one that was overruled is not told of. */
export function hidesOverruled(storage: Storage): Storage {
  return withRows(storage, row => {
    const conflicts = row.conflicts.map(conflict => ({ ...conflict, overruled: [] }))
    return { ...row, conflicts }
  })
}

/** Of two verdicts this node holds to the other one. */
export function holdsToOverruled(storage: Storage): Storage {
  return withRows(storage, row => {
    const [overruled] = row.conflicts.find(({ register }) => register === 'content')?.overruled ?? []
    const content = newest(row.registers.content ?? [])
    if (overruled === undefined || content === undefined) return row
    const { value, node, at, entry } = overruled
    return changed(row, [{ ...content, value, node, at, entry }])
  })
}

/** Of values said at the same time only the newest stays, and there is no conflict. */
export function forgetsSiblings(storage: Storage): Storage {
  return withRows(storage, row => {
    const { content = [] } = row.registers
    return content.length < 2 ? row : { ...changed(row, content.slice(-1)), conflicts: [] }
  })
}

function changed(row: DocumentRow, content: DocumentRow['registers'][string]): DocumentRow {
  const digest = toHex(sha256(utf8(`${row.digest} ${content.map(({ entry }) => entry).join()}`)))
  return { ...row, registers: { ...row.registers, content }, digest }
}
