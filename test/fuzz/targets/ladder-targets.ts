/** What agents say, compared by rules: any text of any length in any script, and nothing of it in the evidence. */
import { reconcile, relate, type Statement } from '@folkmoot/arbiter'
import { limits } from '@folkmoot/core'
import { bytesOf, Fault, type Target, textOf } from '../target.ts'

/** A name that evidence must not repeat. */
const SAID = 'Zyxwvia'
const PAIRS = [
  `${SAID} works at Siemens\n${SAID} works at Bosch`,
  'The meeting is on 2026-05-01 at 10:30\nThe meeting is on May 2\nThe meeting is at 3 pm',
  'api/port\t8080\nThe API port is 8081\nport: 8080',
  "Anna doesn't like tea any more\nAnna likes tea\nAnna moved from Hamburg to Berlin",
  'The budget is about 1,200.50 EUR\nThe budget is less than 3k€\nIt costs 5 kg or 11 lb',
  '会议在星期五\n会议在星期一\nالاجتماع يوم الجمعة\nВстреча в пятницу',
]
const RELATIONS = ['same', 'refines', 'contradicts', 'unrelated']
const OPERATIONS = ['ADD', 'UPDATE', 'DELETE', 'NOOP']
/** Statements of one input; each is compared with each. */
const STATEMENTS_MAX = 4

export const LADDER_TARGETS: readonly Target[] = [
  {
    name: 'statements, related and reconciled',
    shape: 'text',
    samples: () => PAIRS.map(bytesOf),
    bytesMax: limits.TEXT_BYTES_MAX,
    cost: 4,
    take: input => {
      const statements = textOf(input).split('\n').slice(0, STATEMENTS_MAX).map(statementOf)
      for (const [i, one] of statements.entries())
        for (const other of statements.slice(i)) checkRelation(one, other)
      const [said, ...known] = statements
      if (said !== undefined) checkDecision(said, known)
      return known.length > 0
    },
  },
]

/** `key`, a tab and the text; times and names follow from how long it is. */
function statementOf(line: string): Statement {
  const [first = '', ...rest] = line.split('\t')
  const text = rest.length === 0 ? first : rest.join('\t')
  const at = text.length
  const key = rest.length === 0 ? null : first
  return at % 3 === 0
    ? { text, key, at, validFrom: at, validUntil: 2 * at, entities: [first] }
    : { text, key }
}

function checkRelation(a: Statement, b: Statement): void {
  const there = relate(a, b)
  const back = relate(b, a)
  const { relation, score, finer, evidence } = there
  const turned = finer === 'a' ? 'b' : finer === 'b' ? 'a' : null
  if (back.relation !== relation || back.score !== score || back.finer !== turned)
    throw new Fault(`one way ${JSON.stringify(there)}, the other way ${JSON.stringify(back)}`)
  if (!RELATIONS.includes(relation) || !(score >= 0 && score <= 1)) throw new Fault(JSON.stringify(there))
  if ((finer !== null) !== (relation === 'refines')) throw new Fault(`${relation}, and finer is ${finer}`)
  for (const { detail } of evidence) checkPlain(detail)
}

function checkDecision(said: Statement, known: readonly Statement[]): void {
  const { op, target, confidence, reason, by } = reconcile(said, known)
  const isKnown = target !== null && Number.isInteger(target) && target >= 0 && target < known.length
  if (!OPERATIONS.includes(op) || (op === 'ADD' ? target !== null : !isKnown))
    throw new Fault(`${op} of ${target}`)
  if (!(confidence >= 0 && confidence <= 1)) throw new Fault(`a confidence of ${confidence}`)
  if (by !== 'ladder') throw new Fault(`by ${by}`)
  checkPlain(reason)
}

/** Kinds of difference, in our words. */
function checkPlain(text: string): void {
  if (text.toLowerCase().includes(SAID.toLowerCase()) || !/^[A-Za-z][A-Za-z ,:.'-]{0,200}$/.test(text))
    throw new Fault(`evidence that is no kind: ${JSON.stringify(text.slice(0, 300))}`)
}
