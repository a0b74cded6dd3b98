/** The JSON of beliefs and what they rest on. */
import type {
  BlameReport,
  DiffReport,
  Held,
  Reason,
  SettlementFacts,
  SideReport,
  TaintReport,
} from '@folkmoot/node'
import { authorShape, eventShape, isoTime, verdictShape } from './shapes.ts'

function settlementShape(settlement: SettlementFacts | null) {
  if (settlement === null) return null
  const superseded = settlement.superseded.map(({ by, ...one }) => ({
    ...one,
    by: by === null ? null : authorShape(by),
  }))
  return { ...settlement, superseded }
}

export type ReasonShape = ReturnType<typeof reasonShape>
export function reasonShape(event: Reason) {
  const { record, key, depth, sources, unfollowed, basedOn, changedSince, status, deps } = event
  return {
    ...eventShape(event),
    ...{ status, deps, record, key, depth, sources, unfollowed, basedOn, changedSince },
    actedOn: event.actedOn.map(one => ({ ...one, at: isoTime(one.at) })),
    name: event.name,
    settlement: settlementShape(event.settlement),
  }
}

export type BlameShape = ReturnType<typeof blameShape>
export function blameShape({ parts, ...record }: BlameReport) {
  return {
    ...record,
    parts: parts.map(({ verdict, ...part }) => ({
      ...part,
      ...verdictShape(verdict),
      at: isoTime(part.at),
      settlement: settlementShape(part.settlement),
    })),
  }
}

export type HeldShape = ReturnType<typeof heldShape>
function heldShape({ value, caution, status, by, tags }: Held) {
  return { value, caution, status, by: by === null ? null : authorShape(by), tags }
}

function sideShape(side: SideReport) {
  if (side.kind === 'here' || side.kind === 'branch') return side
  if (side.kind === 'time') return { kind: side.kind, at: isoTime(side.at) }
  return { ...side, heardAt: isoTime(side.heardAt) }
}

export type DiffShape = ReturnType<typeof diffShape>
export function diffShape({ a, b, onlyInA, onlyInB, differing, next }: DiffReport) {
  const alone = (one: DiffReport['onlyInA'][number]) => ({
    ...{ id: one.id, key: one.key, scope: one.scope },
    ...heldShape(one),
  })
  return {
    ...{ a: sideShape(a), b: sideShape(b) },
    onlyInA: onlyInA.map(alone),
    onlyInB: onlyInB.map(alone),
    differing: differing.map(one => ({ ...one, a: heldShape(one.a), b: heldShape(one.b) })),
    next,
  }
}

export type TaintShape = ReturnType<typeof taintShape>
export function taintShape({ records, ...root }: TaintReport) {
  return {
    ...root,
    records: records.map(({ path, ...record }) => ({
      ...record,
      path: path.map(({ by, ...step }) => ({ ...step, by: by === null ? null : authorShape(by) })),
    })),
  }
}
