/** What a rule weighs of what competes: directives only as long as nobody states anything plainly beside them. */
import { type Sibling, statementsOf } from '@folkmoot/core'
import { directivesOn } from './claims.ts'
import type { ChangeAt, Said } from './said-of.ts'

export type IsDirective = (said: Pick<Sibling, 'entry'>) => boolean

/**
 * A memory asks for something in its content alone: what else came with a directive is weighed as it is.
 * @param siblings those that are weighed, standing or past; whom they rest on is looked at too
 */
export function directivesAmong(
  row: Said,
  register: string,
  siblings: readonly Sibling[],
  changeAt?: ChangeAt,
): IsDirective {
  if (register !== 'content' || (row.registers.claim ?? []).length === 0) return () => false
  const statements = siblings.flatMap(sibling => [sibling, ...(sibling.verdict?.on ?? [])])
  const found = statements.filter(said => directivesOn(row, said, changeAt).length > 0)
  const entries = new Set(found.map(({ entry }) => entry))
  return ({ entry }) => entries.has(entry)
}

/** Of a suspicion the content of each of its memories; of any other dispute the register of its one memory. */
export function directivesInDispute(
  memories: readonly Said[],
  register: string,
  siblings: readonly Sibling[],
  changeAt?: ChangeAt,
): IsDirective {
  const [row] = memories
  if (memories.length === 1 && row !== undefined) return directivesAmong(row, register, siblings, changeAt)
  const each = memories.map(memory =>
    directivesAmong(memory, 'content', memory.registers.content ?? [], changeAt),
  )
  return said => each.some(isDirective => isDirective(said))
}

/** The statements, oldest first, without directives while one stands that is none. A retraction states nothing. */
export function weighedStatements(
  siblings: readonly Sibling[],
  isDirective: IsDirective,
): readonly Sibling[] {
  const statements = statementsOf(siblings)
  const isStated = statements.some(said => !said.ended && !isDirective(said))
  return isStated ? statements.filter(said => said.ended || !isDirective(said)) : statements
}
