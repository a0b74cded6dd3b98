/** How the disagreements of a scope are settled, as data: kept in a note of that scope, so that every node has it. */
import * as v from 'valibot'
import { UsageError } from './errors.ts'
import { matchesGlob } from './glob.ts'
import type { Json } from './json.ts'
import { NAME_BYTES_MAX } from './limits.ts'
import { RESOLVER_NAMES, type ResolverName } from './resolve.ts'
import type { Conflict, DocumentRow } from './row.ts'

/** The register that holds it, and the name of its note. */
export const POLICY = 'policy'

/** Clauses of one policy: each conflict is held against all of them in turn. */
const CLAUSES_MAX = 256
/** What one clause tells whoever judges: a paragraph. */
const ADVICE_LENGTH_MAX = 2000
/** Of each half of a complaint: enough to find the place. */
const SHOWN_LENGTH_MAX = 200

const resolver = v.picklist(RESOLVER_NAMES)
const words = v.pipe(v.string(), v.minLength(1), v.maxLength(NAME_BYTES_MAX))

const clause = v.strictObject({
  /** All that is given must fit. */
  when: v.exactOptional(
    v.strictObject({
      /** Of the memory: `preference`, `fact`. */
      kind: v.exactOptional(words),
      /** Of the memory; `*` stands for anything. */
      key: v.exactOptional(words),
      /** The register in dispute. */
      field: v.exactOptional(words),
      cause: v.exactOptional(
        v.picklist(['concurrent-values', 'update-versus-retract', 'suspected-contradiction']),
      ),
    }),
  ),
  rule: v.union([resolver, v.picklist(['arbiter', 'person'])]),
  /** For `authority`: agents from most to least trusted, `*` for all others. */
  order: v.exactOptional(v.pipe(v.array(words), v.minLength(1), v.maxLength(CLAUSES_MAX))),
  /** What is less important than this is settled by that rule, and nobody is asked. */
  below: v.exactOptional(
    v.strictObject({ importance: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), rule: resolver }),
  ),
  /** For whoever judges. */
  advice: v.exactOptional(v.pipe(v.string(), v.maxLength(ADVICE_LENGTH_MAX))),
})

const policy = v.strictObject({
  version: v.literal(1),
  clauses: v.pipe(v.array(clause), v.maxLength(CLAUSES_MAX)),
})

export type Policy = v.InferOutput<typeof policy>
export type PolicyClause = Policy['clauses'][number]

/** How one conflict is to be settled. */
export interface PolicyDecision {
  /** Place of the clause, from 1; null if none fits: then the conflict is shown, and nobody settles it unasked. */
  readonly clause: number | null
  readonly rule: PolicyClause['rule']
  /** The value that readers act on meanwhile, and that a rule settles on. */
  readonly resolver: ResolverName
  readonly order: readonly string[]
  readonly advice: string | null
}

/** @throws UsageError that names the place */
export function parsePolicy(value: unknown): Policy {
  const parsed = v.safeParse(policy, value, { abortEarly: true })
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw new UsageError(`policy: ${shown(v.getDotPath(issue) ?? 'the whole')}: ${shown(issue.message)}`)
  }
  const bare = withoutOrder(parsed.output)
  if (bare >= 0) throw new UsageError(`policy: clauses.${bare}: authority needs an order of agents`)
  return parsed.output
}

function withoutOrder({ clauses }: Policy): number {
  return clauses.findIndex(
    ({ rule, below, order }) => (rule === 'authority' || below?.rule === 'authority') && order === undefined,
  )
}

/** In one line, whatever is in it, and short. */
function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  return line.length > SHOWN_LENGTH_MAX ? `${line.slice(0, SHOWN_LENGTH_MAX)}…` : line
}

/** The policy that a note holds; undefined if it holds none that can be read: any arbiter can write one. */
export function policyIn(value: Json): Policy | undefined {
  const parsed = v.safeParse(policy, value)
  return parsed.success && withoutOrder(parsed.output) < 0 ? parsed.output : undefined
}

/** The first clause that fits decides. */
export function decide(
  { clauses }: Policy,
  memory: { readonly kind: string; readonly key: DocumentRow['key'] },
  { register, cause, importance }: Pick<Conflict, 'register' | 'cause' | 'importance'>,
): PolicyDecision {
  const found = clauses.findIndex(
    ({ when = {} }) =>
      (when.kind === undefined || when.kind === memory.kind) &&
      (when.key === undefined || (memory.key !== null && matchesGlob(when.key, memory.key))) &&
      (when.field === undefined || when.field === register) &&
      // Two memories that may not contradict each other at all are only settled by a clause that means them.
      (when.cause === undefined ? cause !== 'suspected-contradiction' : when.cause === cause),
  )
  const { rule, order = [], below, advice = null } = clauses[found] ?? { rule: 'latest' }
  const lesser = below !== undefined && importance < below.importance
  const chosen = lesser ? below.rule : rule
  const by = chosen === 'arbiter' || chosen === 'person' ? (below?.rule ?? 'latest') : chosen
  return { clause: found < 0 ? null : found + 1, rule: chosen, resolver: by, order, advice }
}

/**
 * Where to begin: preferences by the latest word, facts by who should know, lists of tasks by putting them together,
 * and the state of a project by an arbiter unless it hardly matters.
 * @param authority agents whose word on facts goes before that of others, the most trusted first; among all others, and
 *   without any, the latest word stands
 */
export function presetPolicy(authority: readonly string[] = []): Policy {
  return {
    version: 1,
    clauses: [
      { when: { kind: 'preference' }, rule: 'latest' },
      { when: { kind: 'tasks' }, rule: 'union' },
      {
        when: { kind: 'project' },
        rule: 'arbiter',
        below: { importance: 0.3, rule: 'latest' },
        advice: 'Prefer what was observed over what was planned, and the later observation over the earlier.',
      },
      { when: { kind: 'fact' }, rule: 'authority', order: [...authority, '*'] },
      { when: { cause: 'suspected-contradiction' }, rule: 'arbiter' },
    ],
  }
}

export const PRESET_POLICY: Policy = presetPolicy()
