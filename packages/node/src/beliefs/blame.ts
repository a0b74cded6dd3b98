/** Who stands behind each part of a memory. */
import type { DocumentChange, DocumentRow, EntryHash, Sibling, StoredEntry } from '@folkmoot/core'
import { authorship, candidate, type Members } from '../present.ts'
import type { Sight } from '../sight.ts'
import { cautionBeside, listenerOf } from './caution.ts'
import { type CautionAt, pastCautions } from './past-cautions.ts'
import type { BlamePart, BlameReport } from './reports.ts'
import { settlementIn } from './settlement-facts.ts'

interface Eyes {
  readonly sight: Sight
  readonly members: Members
}

interface Telling extends Eyes {
  readonly row: DocumentRow
  readonly cautionAt: CautionAt
}

/** Who gave each value and each element that stands now; the content first, then by name. */
export function blame(row: DocumentRow, eyes: Eyes): BlameReport {
  const told = { ...eyes, row, cautionAt: pastCautions(row, eyes) }
  const stored = new Map(eyes.sight.entriesOf(row).map(item => [item.entry.hash, item]))
  const registers = Object.entries(row.registers)
    .flatMap(([place, siblings]) =>
      partsOf(place, siblings).map(sibling => registerPart(place, sibling, stored, told)),
    )
    .sort((a, b) => rank(a) - rank(b) || (a.place === b.place ? 0 : a.place < b.place ? -1 : 1))
  const elements = Object.entries(row.sets).flatMap(([place, members]) =>
    members.flatMap(element => elementParts(place, element, stored, told)),
  )
  return { id: row.id, key: row.key, scope: row.scope, parts: [...registers, ...elements] }
}

/** That a value was retracted is a statement; that nothing describes it any more is none. */
function partsOf(place: string, siblings: readonly Sibling[]): readonly Sibling[] {
  return place !== 'content' && siblings.every(({ ended }) => ended) ? [] : siblings
}

function rank({ place }: BlamePart): number {
  return place === 'content' ? 0 : 1
}

type Stored = ReadonlyMap<EntryHash, StoredEntry>

function registerPart(place: string, sibling: Sibling, stored: Stored, eyes: Telling): BlamePart {
  const item = stored.get(sibling.entry)
  const change = item && eyes.sight.changeIn(item)
  return {
    ...{ kind: 'register', place, confidence: sibling.confidence },
    ...candidate(eyes.row, place, sibling, listenerOf(eyes)),
    ...grounds(change),
    settlement: change === undefined ? null : settlementIn(change, eyes, eyes.cautionAt, place),
  }
}

function grounds(change: DocumentChange | undefined) {
  const { reason = null, onBehalfOf = null, source = null } = change?.body.why ?? {}
  return { reason, onBehalfOf, source }
}

/** One part for each who added it while apart. */
function elementParts(place: string, element: string, stored: Stored, eyes: Telling): readonly BlamePart[] {
  const touching = [...stored.values()].flatMap(item => {
    const change = item.status === 'applied' ? eyes.sight.changeIn(item) : undefined
    const op = change?.body.type === 'change' ? change.body.ops.find(isOn(place, element)) : undefined
    return change === undefined || op === undefined ? [] : [{ change, adds: op[0] === 'add' }]
  })
  // What another one on the same element had in view was replaced by it.
  const replaced = pastOf(
    touching.map(({ change }) => change),
    stored,
    eyes.sight,
  )
  return touching
    .filter(({ change, adds }) => adds && !replaced.has(change.entry))
    .map(({ change }) => ({
      ...{ kind: 'element', place, value: element, ended: false, confidence: null, settlement: null },
      caution: cautionBeside(
        eyes.row,
        place,
        { node: change.node, value: element, entry: change.entry },
        listenerOf(eyes),
      ),
      ...authorship(eyes.members, change.node, change.at, change.entry),
      ...grounds(change),
    }))
}

type ChangeOp = Extract<DocumentChange['body'], { type: 'change' }>['ops'][number]

function isOn(place: string, element: string): (op: ChangeOp) => boolean {
  return op => (op[0] === 'add' || op[0] === 'cut') && op[1] === place && op[2] === element
}

/** All that these changes had in view, without themselves. */
function pastOf(changes: readonly DocumentChange[], stored: Stored, sight: Sight): ReadonlySet<EntryHash> {
  const past = new Set<EntryHash>()
  const open = changes.flatMap(({ body }) => body.deps)
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    if (past.has(hash)) continue
    past.add(hash)
    const item = stored.get(hash)
    open.push(...((item && sight.changeIn(item)?.body.deps) ?? []))
  }
  return past
}
