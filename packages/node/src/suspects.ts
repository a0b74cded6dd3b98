import { type DocumentId, type DocumentRow, newest, SUSPICION, suspicionIn } from '@folkmoot/core'
import { hasExpired } from './present.ts'

/** The two memories that a note suspects of contradicting each other; undefined unless both can be read. */
export function suspectsOf(
  { registers }: Pick<DocumentRow, 'registers'>,
  rowOf: (id: DocumentId) => DocumentRow | undefined,
): readonly [DocumentRow, DocumentRow] | undefined {
  const stated = newest(registers[SUSPICION] ?? [])
  const suspicion = stated && suspicionIn(stated.value)
  if (suspicion === undefined) return undefined
  const [one, other] = suspicion.records.map(rowOf)
  return one === undefined || other === undefined ? undefined : [one, other]
}

/** Nothing is left of it that could contradict anything, or nobody acts on it any more. */
export function isGone(row: DocumentRow, nowMs: number): boolean {
  return saysNothing(row) || hasExpired(row, nowMs)
}

export function saysNothing({ erased, registers }: DocumentRow): boolean {
  return erased || newest(registers.content ?? [])?.ended === true
}
