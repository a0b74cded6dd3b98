/** What must hold when all have met again, the leases have run out, and the arbiters have nothing left to do. */
import {
  audit,
  type Conflict,
  canonicalJson,
  type DocumentRow,
  type EntryHash,
  type Json,
  statusAt,
} from '@folkmoot/core'
import { isTakenBack } from '../../../packages/node/src/arbitration/node-docket.ts'
import type { Inbox } from '../../../packages/node/src/inbox.ts'
import { frontierOf, rootOf } from '../checkers.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import { ownerViewOf } from './companion.ts'
import type { Work } from './work.ts'
import { type Written, writtenIn } from './written.ts'

/** What is disputed in these runs. */
const REGISTER = 'content'

export type ProblemKind =
  | 'not quiet'
  | 'diverged'
  | 'lost value'
  | 'lost write'
  | 'stuck in claimed'
  | 'settled twice'
  | 'not settled'
  | 'broken chain'
  | 'one frontier, two roots'

export interface Problem {
  readonly kind: ProblemKind
  readonly detail: string
}

export function checkEnd(mesh: SimulatedMesh, work: Work, hasJudge: boolean): readonly Problem[] {
  const nodes = mesh.healthy
  const [first] = nodes
  if (first === undefined) return []
  return [
    ...checkConverged(nodes),
    ...nodes.flatMap(node => checkStored(node, work, mesh.badNodes)),
    ...nodes.flatMap(node => rowsOf(node).flatMap(row => checkRow(node, row, hasJudge))),
    ...audit(first.replica).faults.map(
      ({ seq, reason }): Problem => ({ kind: 'broken chain', detail: `${first.name}/${seq}: ${reason}` }),
    ),
  ]
}

function checkConverged(nodes: readonly SimulatedNode[]): readonly Problem[] {
  const views = nodes.map(node => ({
    node,
    frontier: frontierOf(node),
    root: rootOf(node),
    said: saidBy(node),
  }))
  const [first, ...others] = views
  if (first === undefined) return []
  return others.flatMap((other): Problem[] => {
    const pair = `${first.node.name} and ${other.node.name}`
    if (first.frontier !== other.frontier)
      return [{ kind: 'diverged', detail: `${pair} hold different entries` }]
    if (first.root !== other.root) return [{ kind: 'diverged', detail: `${pair} have different roots` }]
    return [...first.said]
      .filter(([id, text]) => other.said.get(id) !== text)
      .map(([id, text]) => ({ kind: 'diverged', detail: `${pair} say ${text} and ${other.said.get(id)}` }))
  })
}

/** What readers act on, and all that is said of its disagreements. */
function saidBy(node: SimulatedNode): ReadonlyMap<string, string> {
  const { reader } = ownerViewOf(node, node.replica, undefined as unknown as Inbox)
  return new Map(
    rowsOf(node).map(row => {
      const { value } = reader.memory(row)
      const said = { value, conflicts: row.conflicts, registers: row.registers }
      return [row.id, canonicalJson(said as unknown as Json)]
    }),
  )
}

function rowsOf({ replica }: SimulatedNode): readonly DocumentRow[] {
  return replica.storage.rows.list({ type: 'record', limit: 10_000 })
}

/** What its author was told is on disk is on every disk, and counts; but for those whose disk never came back. */
function checkStored(
  { name, replica }: SimulatedNode,
  work: Work,
  lost: ReadonlySet<SimulatedNode>,
): readonly Problem[] {
  const gone = new Set([...lost].map(({ node }) => node))
  return work.acknowledged.flatMap(({ node, entry, doc }): Problem[] => {
    if (gone.has(node)) return []
    const stored = replica.storage.entries.find(entry)
    if (stored?.status === 'applied') return []
    return [
      { kind: 'lost write', detail: `${name} has ${entry} of ${doc} as ${stored?.status ?? 'nothing'}` },
    ]
  })
}

function checkRow(node: SimulatedNode, row: DocumentRow, hasJudge: boolean): readonly Problem[] {
  const problem = (kind: ProblemKind, detail: string): Problem => ({
    kind,
    detail: `${node.name}, ${row.key}: ${detail}`,
  })
  const written = writtenIn(REGISTER, node.replica.storage.entries.ofDocument(row.id))
  const conflict = row.conflicts.find(({ register }) => register === REGISTER)
  const lost = lostIn(row, conflict, written)
  const problems = lost.map(entry => problem('lost value', `${entry} is nowhere to be seen`))
  if (conflict === undefined) return problems
  const status = statusAt(conflict, node.replica.now)
  if (status === 'claimed') problems.push(problem('stuck in claimed', `${conflict.claims.length} claims`))
  if (isLeftOpen(row, conflict, status, hasJudge)) problems.push(problem('not settled', `it is ${status}`))
  return [...problems, ...twiceIn(row, conflict, written).map(detail => problem('settled twice', detail))]
}

/** Everything that nobody replaced who knew of it stands, or was overruled, or taken back. */
function lostIn(
  row: DocumentRow,
  conflict: Conflict | undefined,
  { left, undone }: Written,
): readonly EntryHash[] {
  const standing = row.registers[REGISTER] ?? []
  const known = [...standing, ...(conflict?.overruled ?? []), ...(conflict?.candidates ?? [])]
  const shown = new Set(known.map(({ entry }) => entry))
  return [...left].filter(entry => !shown.has(entry) && !undone.has(entry))
}

/** A person's to decide, or an arbiter's; rules decide all the others. */
function isLeftOpen(
  row: DocumentRow,
  conflict: Conflict,
  status: Conflict['status'],
  hasJudge: boolean,
): boolean {
  if (status === 'resolved' || status === 'deferred' || isTakenBack(conflict)) return false
  const kind = row.registers.kind?.at(-1)?.value
  if (kind === 'delicate') return false
  return hasJudge || kind !== 'project' || conflict.importance < 0.3
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
