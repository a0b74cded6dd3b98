/** How the disagreements of a scope are settled, as data: kept in a note of that scope, so that every node has it. */
import * as v from 'valibot'
import { UsageError } from './errors.ts'
import { matchesGlob } from './glob.ts'
import type { Json } from './json.ts'
import { placeIn, policySchema } from './policy-schema.ts'
import type { ResolverName } from './resolve.ts'
import type { Conflict, DocumentRow } from './row.ts'

/** The register that holds it, and the name of its note. */
export const POLICY = 'policy'

/** Of each half of a complaint: enough to find the place. */
const SHOWN_LENGTH_MAX = 200

export type Policy = v.InferOutput<typeof policySchema>
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
  const parsed = v.safeParse(policySchema, value, { abortEarly: true })
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw new UsageError(`policy: ${shown(placeIn(issue))}: ${shown(issue.message)}`)
  }
  const bare = withoutOrder(parsed.output)
  if (bare >= 0) throw new UsageError(`policy: clause ${bare + 1}: authority needs an order of agents`)
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
  const parsed = v.safeParse(policySchema, value)
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
