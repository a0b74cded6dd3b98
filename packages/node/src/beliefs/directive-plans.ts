/** What becomes of directives when somebody writes over a memory. */
import {
  type DocumentId,
  type DocumentRow,
  type Op,
  type Plan,
  type PlanView,
  UsageError,
} from '@folkmoot/core'
import type { Listener } from './caution.ts'
import { directivesOn } from './claims.ts'
import { type ChangeAt, statementsBehind } from './said-of.ts'

type Own = Pick<Listener, 'members' | 'agents'>

/**
 * The same plan, but as a directive it does not take the place of what another agent stated: that would be out of
 * everybody's sight.
 */
export function besideStatements(plan: Plan, key: string | undefined, own: Own): Plan {
  return {
    ...plan,
    plan(view) {
      const row = rowOf(plan, view)
      if (row !== undefined && hasStatementOfOthers(row, own, changeAtIn(view, row)))
        throw new UsageError(
          `another agent stated something under the key ${JSON.stringify(key)}, and a directive does not replace that: give it another key`,
        )
      return plan.plan(view)
    },
  }
}

/** The same plan; whoever gives other words to a directive of its own has a directive still. */
export function stillDirective(plan: Plan, own: Own): Plan {
  return {
    ...plan,
    plan(view) {
      const planned = plan.plan(view)
      const row = rowOf(plan, view)
      if (
        planned.body.type !== 'change' ||
        row === undefined ||
        !isOwnDirective(row, own, changeAtIn(view, row))
      )
        return planned
      const claim: Op = ['put', 'claim', 'directive']
      return { ...planned, body: { ...planned.body, ops: [...planned.body.ops, claim] } }
    },
  }
}

function rowOf({ touches }: Plan, view: PlanView): DocumentRow | undefined {
  const row = touches === undefined ? undefined : view.row(touches as DocumentId)
  return row?.erased === true ? undefined : row
}

function changeAtIn(view: PlanView, { id }: DocumentRow): ChangeAt {
  return entry => view.document(id).change(entry)
}

function hasStatementOfOthers(row: DocumentRow, own: Own, changeAt: ChangeAt): boolean {
  return statementsIn(row).some(said => !isOwn(said, own) && directivesOn(row, said, changeAt).length === 0)
}

function isOwnDirective(row: DocumentRow, own: Own, changeAt: ChangeAt): boolean {
  const statements = statementsIn(row)
  return (
    statements.length > 0 &&
    statements.every(said => {
      const words = directivesOn(row, said, changeAt)
      return words.length > 0 && [said, ...words].every(one => isOwn(one, own))
    })
  )
}

function statementsIn(row: DocumentRow) {
  const standing = (row.registers.content ?? []).filter(({ ended }) => !ended)
  return standing.flatMap(said => statementsBehind(row, said))
}

function isOwn({ node }: Pick<DocumentRow['registers'][string][number], 'node'>, { members, agents }: Own) {
  return agents.every(own => members.member(node)?.agent === own)
}
