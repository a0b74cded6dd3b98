import type { Result } from '@folkmoot/gateway/client'
import type { Invocation } from '../command.ts'
import { oneLine } from './clean.ts'
import { shortConflict } from './conflict.ts'
import { saidLine } from './said.ts'
import type { Screen } from './screen.ts'
import { table } from './table.ts'
import { ago, count, shortNode } from './words.ts'

type Shown = Result<'policy.show'>
type Policy = NonNullable<Shown['policy']>
type Clause = Policy['clauses'][number]
type Test = Result<'policy.test'>

/** A clause a line, in the order in which they are held against a conflict. */
export function policyText({ scope, policy, setBy, conflict }: Shown, screen: Screen): string {
  if (policy === null || setBy === null) return 'no policy: nobody settles a conflict unasked\n'
  const { paint, now } = screen
  const who = `${oneLine(setBy.agent)} (${oneLine(setBy.name === '' ? shortNode(setBy.node) : setBy.name)})`
  const head = `${paint.bold(oneLine(scope ?? ''))}, set by ${who} ${ago(setBy.at, now)}\n`
  const disputed = conflict
    ? `${paint.red('two policies were set at the same time: this is the newer')}\n`
    : ''
  return `${head}${disputed}${clauseTable(policy, screen)}`
}

export function clauseTable({ clauses }: Policy, screen: Screen): string {
  if (clauses.length === 0) return 'without clauses: nobody settles a conflict unasked\n'
  const numbered = clauses.map((clause, i) => ({ clause, place: i + 1 }))
  return table(
    [
      { title: '#', cell: ({ place }) => String(place), align: 'right' },
      { title: 'WHEN', cell: ({ clause }) => whenText(clause) },
      { title: 'RULE', cell: ({ clause }) => ruleText(clause) },
      { title: 'ADVICE', cell: ({ clause }) => clause.advice ?? '', flexible: true },
    ],
    numbered,
    screen,
  )
}

function whenText({ when = {} }: Clause): string {
  const terms = Object.entries(when).map(([name, value]) => `${name} ${value}`)
  return terms.length === 0 ? 'always' : terms.join(', ')
}

function ruleText({ rule, order, below }: Clause): string {
  const by = order === undefined ? '' : ` ${order.join(' > ')}`
  const lesser = below === undefined ? '' : `; below importance ${below.importance}: ${below.rule}`
  return `${rule}${by}${lesser}`
}

/** Says on stderr what a policy says for nothing. It is set all the same. */
export async function warnOfPolicy(
  { warnings }: { readonly warnings: readonly string[] },
  { flags, around }: Pick<Invocation, 'flags' | 'around'>,
): Promise<void> {
  if (flags.json === true) return
  await around.err.write(warnings.map(warning => `moot: ${oneLine(warning)}\n`).join(''))
}

/** What the policy would have made of each conflict; then how many would have come out otherwise. */
export function policyTestText({ trials, total, changes, rules }: Test, screen: Screen): string {
  if (total === 0) return 'no conflict to try it on\n'
  const { paint } = screen
  const rows = table(
    [
      { title: 'CONFLICT', cell: ({ conflict }) => shortConflict(conflict) },
      { title: 'KEY', cell: ({ key }) => key ?? '' },
      {
        title: 'VALUES',
        cell: ({ candidates }) => candidates.map(saidLine).join(' | '),
        flexible: true,
      },
      { title: 'WAS', cell: ({ was }) => wasText(was), flexible: true },
      { title: 'RULE', cell: ({ would }) => (would.clause === null ? '' : `${would.clause} ${would.rule}`) },
      { title: 'WOULD BE', cell: ({ would }) => wouldText(would), flexible: true },
      { title: '', cell: ({ agrees }) => (agrees ? '' : 'changes'), paint: paint.yellow },
    ],
    trials,
    screen,
  )
  const byRule = Object.entries(rules).map(
    ([rule, figures]) =>
      `  ${rule === 'none' ? 'no clause' : rule}: ${figures.changes} of ${figures.total}\n`,
  )
  return `${rows}\nwould change ${changes} of ${count(total, 'conflict')}\n${byRule.join('')}`
}

function wasText(was: Test['trials'][number]['was']): string {
  if (was === null) return '(open)'
  if (was.kind === 'defer') return '(put off)'
  // Nobody judged it: somebody said something else in sight of all that was said.
  return `${saidLine(was)} (${was.kind === 'overwrite' ? 'overwritten' : was.judge})`
}

function wouldText({ rule, clause, value, caution }: Test['trials'][number]['would']): string {
  if (clause === null) return '(left open)'
  return rule === 'arbiter' || rule === 'person'
    ? `(for ${rule === 'arbiter' ? 'an' : 'a'} ${rule})`
    : saidLine({ value, caution })
}
