/** What a statement is compared with before it is written. */
import { KNOWN_MAX, type Statement as Said } from '@folkmoot/arbiter'
import { type DocumentRow, keyedDocumentId, type Statement, scopeId, UsageError } from '@folkmoot/core'
import { isAsOpen } from '../as-open.ts'
import { directives } from '../beliefs/claims.ts'
import { comparable, statementOf, textOf } from '../suspicions/comparable.ts'
import { neighboursOf } from '../suspicions/neighbours.ts'
import { supersededBy } from '../suspicions/superseded.ts'
import type { View } from '../view.ts'
import type { Known, Question } from './decide.ts'

export interface Compared {
  readonly question: Question
  /** In the order of `question.known`. */
  readonly rows: readonly DocumentRow[]
  /** The memory of the statement's key, if it stands there now. */
  readonly keyed: DocumentRow | undefined
}

/**
 * With a key a statement can only be about the memory of that key; otherwise about any near it. What fewer may read
 * than the statement, or more, is left alone: the one would take the statement out of sight, the other the memory.
 * What is to be done is compared with nothing: it makes no statement that could replace or end another.
 * @throws UsageError for a directive under a key that another agent's statement has
 */
export function compareKnown(view: View, statement: Statement): Compared {
  const { sight, members, writer, reader } = view
  const nowMs = reader.now()
  const agent = members.member(writer.at.node)?.agent ?? ''
  const said = saidBy(statement, agent, nowMs)
  const keyed = keyedRow(view, statement, nowMs)
  const isDirective = statement.registers?.claim === 'directive'
  if (isDirective) checkReplaces(view, statement)
  const around = isDirective ? [] : keyedOrNear(view, statement, keyed, said, nowMs)
  const rows = around
    .filter(row => isAsOpen(row, statement.why) && supersededBy(id => sight.row(id), row) === undefined)
    .slice(0, KNOWN_MAX)
  const known = rows.flatMap((row): Known[] => {
    const content = comparable(row, nowMs)
    if (content === undefined) return []
    const { value, at, node } = content
    const neighbour = { key: row.key, value, agent: members.member(node)?.agent ?? '', at }
    return [{ statement: statementOf(row, content, members), neighbour }]
  })
  return { question: { statement: said, agent, at: nowMs, known }, rows, keyed }
}

function keyedOrNear(
  view: View,
  statement: Statement,
  keyed: DocumentRow | undefined,
  said: Said,
  nowMs: number,
): readonly DocumentRow[] {
  if (statement.key === undefined) return near(view, statement, said, nowMs)
  return keyed === undefined ? [] : [keyed]
}

/** @throws UsageError */
function checkReplaces(view: View, statement: Statement): void {
  const { sight, members } = view
  const row = rowOfKey(view, statement)
  const words = row === undefined ? [] : directives(row, entry => sight.changeAt(entry))
  if (row === undefined || row.erased || words.length > 0) return
  const isOthers = (row.registers.content ?? []).some(
    ({ ended, node }) => !ended && sight.agents.some(own => members.member(node)?.agent !== own),
  )
  if (isOthers)
    throw new UsageError(
      `another agent stated something under the key ${JSON.stringify(statement.key)}, and a directive does not replace that: give it another key`,
    )
}

function rowOfKey({ sight, writer }: View, { key, scope }: Statement): DocumentRow | undefined {
  if (key === undefined) return undefined
  return sight.row(keyedDocumentId(scopeId(writer.at.names, scope), 'record', key))
}

function keyedRow(view: View, statement: Statement, nowMs: number): DocumentRow | undefined {
  const row = rowOfKey(view, statement)
  return row !== undefined && comparable(row, nowMs) !== undefined ? row : undefined
}

function near({ sight }: View, { scope, registers, sets }: Statement, said: Said, nowMs: number) {
  const { thread } = registers ?? {}
  const subject = {
    scope,
    text: said.text,
    key: said.key ?? null,
    entities: sets?.entities ?? [],
    thread: typeof thread === 'string' ? thread : null,
  }
  return neighboursOf(sight, subject, nowMs)
}

function saidBy({ content, key, registers = {}, sets = {} }: Statement, agent: string, at: number): Said {
  const { validFrom, validUntil } = registers
  return {
    text: textOf(content),
    key: key ?? null,
    agent,
    at,
    entities: sets.entities ?? [],
    ...(typeof validFrom === 'number' ? { validFrom } : {}),
    ...(typeof validUntil === 'number' ? { validUntil } : {}),
  }
}
