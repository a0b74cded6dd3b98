/** What one node shows of one memory, or of one note, against what was written there. */
import {
  type Conflict,
  canonicalJson,
  type DocumentRow,
  type EntryHash,
  SUSPICION,
  statusAt,
} from '@folkmoot/core'
import type { SimulatedNode } from '../node.ts'
import { expectedOf, expectedOfSuspicion } from './expected.ts'
import type { Problem } from './problem.ts'
import { problemIn } from './scene.ts'
import { type Written, writtenIn } from './written.ts'

/** Registers that people and arbiters settle here. */
const SETTLED: readonly string[] = ['content', SUSPICION]

export function checkRow(node: SimulatedNode, row: DocumentRow): readonly Problem[] {
  if (row.erased) return []
  const stored = node.replica.storage.entries.ofDocument(row.id)
  return SETTLED.filter(register => register in row.registers).flatMap(register => {
    const written = writtenIn(register, stored)
    const conflict = row.conflicts.find(one => one.register === register)
    return checkRegister(node, row, register, conflict, written)
  })
}

function checkRegister(
  node: SimulatedNode,
  row: DocumentRow,
  register: string,
  conflict: Conflict | undefined,
  written: Written,
): readonly Problem[] {
  const problem = problemIn(row, node)
  const difference = differenceIn(row, register, conflict, written)
  const problems = difference === undefined ? [] : [problem('not what its entries say', difference)]
  for (const entry of takenBackIn(row, register, conflict, written))
    problems.push(problem('counts though taken back', `${entry} in ${register}`))
  if (conflict !== undefined && statusAt(conflict, node.replica.now) === 'claimed')
    problems.push(problem('stuck in claimed', `${conflict.claims.length} claims`))
  if (register === SUSPICION) return problems
  for (const entry of lostIn(row, register, conflict, written))
    problems.push(problem('lost value', `${entry} is nowhere to be seen`))
  for (const detail of conflict === undefined ? [] : twiceIn(row, conflict, written))
    problems.push(problem('settled twice', detail))
  return problems
}

function differenceIn(
  { registers }: DocumentRow,
  register: string,
  conflict: Conflict | undefined,
  written: Written,
): string | undefined {
  const expected = (register === SUSPICION ? expectedOfSuspicion : expectedOf)(written)
  const status = conflict?.status === 'claimed' ? 'open' : (conflict?.status ?? 'none')
  const shown = (registers[register] ?? []).map(({ entry }) => entry).sort()
  const isAgreed = register !== SUSPICION && expected.status === 'none' && status === 'resolved'
  if (canonicalJson(shown) !== canonicalJson(expected.entries))
    return `${register} is ${shown.join()}, and should be ${expected.entries.join()}`
  if (status !== expected.status && !isAgreed)
    return `${register} is ${status}, and should be ${expected.status}`
  if (expected.settledBy !== undefined && conflict?.resolution?.entry !== expected.settledBy)
    return `${register} is settled by ${conflict?.resolution?.entry}, and should be by ${expected.settledBy}`
  return undefined
}

/** A verdict that was taken back settles nothing, and what it said does not stand. */
function takenBackIn(
  { registers }: DocumentRow,
  register: string,
  conflict: Conflict | undefined,
  { undone, knownToUndoers }: Written,
): readonly EntryHash[] {
  const standing = (registers[register] ?? []).map(({ entry }) => entry).filter(entry => undone.has(entry))
  const resolution = conflict?.resolution ?? null
  const isTakenBack =
    resolution !== null && (undone.has(resolution.entry) || knownToUndoers.has(resolution.entry))
  return isTakenBack && resolution.kind !== 'overwrite' ? [...standing, resolution.entry] : standing
}

/** Everything that nobody replaced who knew of it stands, or was overruled, or taken back. */
function lostIn(
  row: DocumentRow,
  register: string,
  conflict: Conflict | undefined,
  { left, undone }: Written,
): readonly EntryHash[] {
  const standing = row.registers[register] ?? []
  const known = [...standing, ...(conflict?.overruled ?? []), ...(conflict?.candidates ?? [])]
  const shown = new Set(known.map(({ entry }) => entry))
  return [...left].filter(entry => !shown.has(entry) && !undone.has(entry))
}

/** Of verdicts that did not know of each other one holds, and the others are said to be overruled. */
function twiceIn(row: DocumentRow, conflict: Conflict, written: Written): readonly string[] {
  if (conflict.status !== 'resolved' || conflict.resolution === null) return []
  const found: string[] = []
  const standing = row.registers[conflict.register] ?? []
  const apart = [...written.left].filter(entry => written.verdicts.has(entry) && !written.undone.has(entry))
  // Two that say the same may both stand: neither is the other's better.
  const known = new Set([...standing, conflict.resolution, ...conflict.overruled].map(({ entry }) => entry))
  for (const entry of apart) if (!known.has(entry)) found.push(`the verdict ${entry} is not told of`)
  const values = new Set(standing.map(({ value, ended }) => canonicalJson([value, ended])))
  if (values.size > 1) found.push('it is resolved, and says different things')
  const holds = standing.some(({ entry }) => entry === conflict.resolution?.entry)
  const { entry: verdict } = conflict.resolution
  // What somebody stated later, who knew of the verdict, stands in its place.
  const isVerdict = written.verdicts.has(verdict) && !written.undone.has(verdict)
  if (isVerdict && written.left.has(verdict) && !holds) found.push('another value than the verdict stands')
  for (const { entry } of conflict.overruled) {
    if (standing.some(sibling => sibling.entry === entry)) found.push(`${entry} is overruled, and stands`)
  }
  return found
}
