import type { Membership, NodeId } from '@folkmoot/core'
import type { DoctorReport } from '../reports.ts'

/** A problem needs somebody to act, a warning somebody to look; what is ok is good to know. */
export type Finding = DoctorReport['findings'][number]

export function finding(level: Finding['level'], what: string, detail = ''): Finding {
  return { level, what, detail }
}

/** For people: its name, or its id if it was never admitted. */
export function nameOf(membership: Membership, node: NodeId): string {
  return membership.member(node)?.name || node
}

export function countOf(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
