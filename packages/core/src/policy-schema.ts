/** What a policy may look like, and what to say of one that does not. */
import * as v from 'valibot'
import { NAME_BYTES_MAX } from './limits.ts'
import { RESOLVER_NAMES } from './resolve.ts'

/** Clauses of one policy: each conflict is held against all of them in turn. */
const CLAUSES_MAX = 256
/** What one clause tells whoever judges: a paragraph. */
const ADVICE_LENGTH_MAX = 2000

const RULES = [...RESOLVER_NAMES, 'arbiter', 'person'] as const
const CAUSES = ['concurrent-values', 'update-versus-retract', 'suspected-contradiction'] as const

function oneOf<const Names extends readonly string[]>(names: Names) {
  return v.picklist(names, ({ received }) => `${received} is none of ${names.join(', ')}`)
}

function fields<Entries extends v.ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries).join(', ')
  return v.strictObject(entries, ({ expected }) => {
    if (expected === 'never') return `there is no such field: there are ${names}`
    return expected === 'Object' ? `not an object with ${names}` : 'is missing'
  })
}

function list<Item extends v.GenericSchema>(item: Item, least: number) {
  const message = `not a list of ${least} to ${CLAUSES_MAX}`
  return v.pipe(v.array(item, message), v.minLength(least, message), v.maxLength(CLAUSES_MAX, message))
}

function text(least: number, most: number) {
  const message = `not a text of ${least} to ${most} characters`
  return v.pipe(v.string(message), v.minLength(least, message), v.maxLength(most, message))
}

const SHARE = 'not a number from 0 to 1'
const share = v.pipe(v.number(SHARE), v.minValue(0, SHARE), v.maxValue(1, SHARE))
const words = text(1, NAME_BYTES_MAX)

const clause = fields({
  /** All that is given must fit. */
  when: v.exactOptional(
    fields({
      /** Of the memory: `preference`, `fact`. */
      kind: v.exactOptional(words),
      /** Of the memory; `*` stands for anything. */
      key: v.exactOptional(words),
      /** The register in dispute. */
      field: v.exactOptional(words),
      cause: v.exactOptional(oneOf(CAUSES)),
    }),
  ),
  rule: oneOf(RULES),
  /** For `authority`: agents from most to least trusted, `*` for all others. */
  order: v.exactOptional(list(words, 1)),
  /** What is less important than this is settled by that rule, and nobody is asked. */
  below: v.exactOptional(fields({ importance: share, rule: oneOf(RESOLVER_NAMES) })),
  /** For whoever judges. */
  advice: v.exactOptional(text(0, ADVICE_LENGTH_MAX)),
})

export const policySchema = fields({
  version: v.literal(1, ({ received }) => `${received} is not known: there is 1`),
  clauses: list(clause, 0),
})

/** `clause 2, below.rule`: clauses and agents are counted from 1, as wherever they are shown. */
export function placeIn(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'the whole'
  return path
    .replace(/^clauses\.(\d+)\.?/, (_, place) => `clause ${Number(place) + 1}, `)
    .replace(/(, order)\.(\d+)$/, (_, order, place) => `${order} ${Number(place) + 1}`)
    .replace(/, $/, '')
}
