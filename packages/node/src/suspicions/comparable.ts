/** Which memories are compared with each other, and as what. */
import type { Statement } from '@folkmoot/arbiter'
import {
  type Access,
  canonicalJson,
  type DocumentRow,
  facetsOf,
  type Json,
  newest,
  type Sibling,
} from '@folkmoot/core'
import { directives } from '../beliefs/claims.ts'

/** The content that is compared; undefined of what says nothing now, or is none of the agents' own statements. */
export function comparable(row: DocumentRow, nowMs: number): Sibling | undefined {
  if (row.type !== 'record' || row.erased || directives(row).length > 0) return undefined
  const { expiresAt } = facetsOf(row)
  if (expiresAt !== null && expiresAt <= nowMs) return undefined
  const content = newest(row.registers.content ?? [])
  return content === undefined || content.ended ? undefined : content
}

export function statementOf(
  row: DocumentRow,
  { value, node, at }: Sibling,
  members: Pick<Access, 'member'>,
): Statement {
  const from = latest(row, 'validFrom')
  const until = latest(row, 'validUntil')
  const agent = members.member(node)?.agent
  return {
    text: textOf(value),
    key: row.key,
    at,
    entities: row.sets.entities ?? [],
    ...(typeof from === 'number' ? { validFrom: from } : {}),
    ...(typeof until === 'number' ? { validUntil: until } : {}),
    ...(agent === undefined ? {} : { agent }),
  }
}

export function textOf(value: Json): string {
  return typeof value === 'string' ? value : canonicalJson(value)
}

/** What the newest statement in a register says. */
export function latest({ registers }: DocumentRow, register: string): Json {
  const said = newest(registers[register] ?? [])
  return said === undefined || said.ended ? null : said.value
}
