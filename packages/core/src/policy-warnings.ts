/** What a policy says that can never come to anything: nothing is wrong with its form, so it may be set all the same. */
import { matchesGlob } from './glob.ts'
import type { Policy, PolicyClause } from './policy.ts'
import { SUSPICION } from './suspicion.ts'

type Conditions = NonNullable<PolicyClause['when']>

const SUSPECTED = 'suspected-contradiction'
/** Registers in which statements of a memory can differ. All others only describe it, or are not the agents' own. */
const DISPUTED: readonly string[] = ['content', 'metadata', 'validFrom', 'validUntil']
/** Rules that make one value of several: of two memories one can only be chosen. */
const JOINING: readonly string[] = ['max', 'union', 'keep-all']
/** In an order: all agents that are not named. */
const OTHERS = '*'

/**
 * One line each, with the clause's place from 1.
 * @param agents that members act as, where they are known
 */
export function policyWarnings({ clauses }: Policy, agents?: ReadonlySet<string>): string[] {
  return clauses.flatMap((clause, at) => {
    const found = [
      ...inConditions(clause),
      ...inRules(clause),
      ...inOrder(clause, agents),
      ...neverReached(clauses, at),
    ]
    return found.map(warning => `clause ${at + 1}: ${warning}`)
  })
}

function inConditions({ when = {} }: PolicyClause): string[] {
  const { kind, field, cause } = when
  const warnings: string[] = []
  if (kind?.includes('*') === true)
    warnings.push(`kind ${JSON.stringify(kind)} is taken letter by letter: * is for anything only in key`)
  if (field === undefined) return warnings
  const name = JSON.stringify(field)
  if (field === SUSPICION) {
    if (cause !== SUSPECTED) warnings.push(`field ${name} is only in dispute with cause ${SUSPECTED}`)
  } else if (cause === SUSPECTED) {
    warnings.push(`field ${name} fits no ${SUSPECTED}: leave it out`)
  } else if (!DISPUTED.includes(field)) {
    warnings.push(`field ${name} is never in dispute: ${DISPUTED.join(', ')} are`)
  }
  return warnings
}

function inRules({ when = {}, rule, order, below, advice }: PolicyClause): string[] {
  const rules = below === undefined ? [rule] : [rule, below.rule]
  const joining = when.cause === SUSPECTED ? rules.find(name => JOINING.includes(name)) : undefined
  return [
    ...(joining === undefined
      ? []
      : [`${joining} settles nothing between two memories: latest, authority and confidence do`]),
    ...(order === undefined || rules.includes('authority') ? [] : ['order counts only with authority']),
    ...(below?.importance === 0 ? ['nothing is less important than 0, so below never counts'] : []),
    ...(advice === undefined || rule === 'arbiter' || rule === 'person'
      ? []
      : [`advice is for who judges, and ${rule} asks nobody`]),
  ]
}

/** An order that counts for nothing has been warned of as a whole. */
function inOrder({ rule, order, below }: PolicyClause, agents: ReadonlySet<string> | undefined): string[] {
  if (order === undefined || (rule !== 'authority' && below?.rule !== 'authority')) return []
  return [...new Set(order)].flatMap(agent => {
    const name = JSON.stringify(agent)
    const isNobody = agent !== OTHERS && agents?.has(agent) === false
    return [
      ...(isNobody ? [`order names ${name}, and no member acts as that agent`] : []),
      ...(order.indexOf(agent) === order.lastIndexOf(agent)
        ? []
        : [`order names ${name} more than once: the first place counts`]),
    ]
  })
}

function neverReached(clauses: readonly PolicyClause[], at: number): string[] {
  const earlier = clauses.slice(0, at).findIndex(({ when }) => covers(when ?? {}, clauses[at]?.when ?? {}))
  return earlier < 0 ? [] : [`is never reached: clause ${earlier + 1} fits all that it fits`]
}

/** True if all that the later conditions fit the earlier ones fit too. */
function covers(earlier: Conditions, later: Conditions): boolean {
  return (
    (earlier.cause === undefined ? later.cause !== SUSPECTED : earlier.cause === later.cause) &&
    (earlier.kind === undefined || earlier.kind === later.kind) &&
    (earlier.field === undefined || earlier.field === later.field) &&
    // A pattern that fits another pattern as a text fits all that the other stands for.
    (earlier.key === undefined || (later.key !== undefined && matchesGlob(earlier.key, later.key)))
  )
}
