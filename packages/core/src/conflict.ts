import type { DocumentId } from './ids.ts'
import type { DocumentContent, SettlementMark } from './open-document.ts'
import { disagree } from './resolve.ts'
import type { Conflict, Resolution, Sibling } from './row.ts'

/**
 * Registers that describe a memory instead of stating it: the latest value stands and nobody is asked. Two agents
 * that remember one fact with different confidence do not contradict each other.
 */
const DESCRIPTIVE = new Set([
  'kind',
  'confidence',
  'importance',
  'pinned',
  'thread',
  'position',
  'expiresAt',
  'claim',
])

export function conflictId(document: DocumentId, register: string): string {
  return `${document}.${register}`
}

/** Every disagreement of a document, open or settled. A function of the content alone, so equal on every node. */
export function findConflicts(document: DocumentId, content: DocumentContent): readonly Conflict[] {
  return Object.entries(content.registers).flatMap(([register, siblings]) => {
    if (DESCRIPTIVE.has(register)) return []
    const marks = content.settlements[register] ?? []
    const found = disagree(siblings) ? openConflict(siblings, marks) : settledConflict(marks)
    return found === undefined ? [] : [{ id: conflictId(document, register), register, ...found }]
  })
}

type Found = Omit<Conflict, 'id' | 'register'>

/** Open, unless somebody who had every sibling in view put it off. A value that came later opens it again. */
function openConflict(siblings: readonly Sibling[], marks: readonly SettlementMark[]): Found {
  const deferral = marks.find(mark => mark.kind === 'defer' && covers(mark, siblings))
  return {
    status: deferral === undefined ? 'open' : 'deferred',
    candidates: siblings,
    resolution: deferral === undefined ? null : resolutionOf(deferral),
  }
}

function settledConflict(marks: readonly SettlementMark[]): Found | undefined {
  const mark = marks.at(-1)
  if (mark === undefined || mark.superseded.length === 0) return undefined
  return { status: 'resolved', candidates: mark.superseded, resolution: resolutionOf(mark) }
}

function covers(mark: SettlementMark, siblings: readonly Sibling[]): boolean {
  const seen = new Set(mark.superseded.map(sibling => sibling.entry))
  return siblings.every(sibling => seen.has(sibling.entry))
}

function resolutionOf(mark: SettlementMark): Resolution {
  const { node, at, entry } = mark.by
  return { kind: mark.kind, value: mark.chosen, node, at, entry, reason: mark.reason }
}
