import type { Client, Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import { statusText } from './memory.ts'
import { marked, saidLine } from './said.ts'
import { sayersOf } from './sayers.ts'
import type { Screen } from './screen.ts'
import { table } from './table.ts'
import { ago, shortId, shortNode } from './words.ts'

export type Conflict = Result<'conflict'>
type Settled = NonNullable<Conflict['resolution']>
type Candidate = Conflict['candidates'][number]

/** The names of nodes, for those who read. */
export type Names = ReadonlyMap<string, string>

export async function fetchNames(client: Client): Promise<Names> {
  const [self, peers] = await Promise.all([client.call('whoami', {}), client.call('peers', {})])
  return new Map([self, ...peers].map(({ node, name }) => [node, name]))
}

interface Author {
  readonly node: string
  readonly agent: string
  readonly at: string
  readonly entry: string
}

const CAUSES: { readonly [cause in Conflict['cause']]: string } = {
  'concurrent-values': 'said by agents who had not heard of each other',
  'update-versus-retract': 'changed by one, retracted by another',
  'suspected-contradiction': 'two memories that may contradict each other',
}

/** One agent may contradict itself too: on two nodes, or in a branch. */
const CAUSES_OF_ONE: { readonly [cause in Conflict['cause']]?: string } = {
  'concurrent-values': 'said apart, by one agent',
  'update-versus-retract': 'changed and retracted apart, by one agent',
}

function causeText({ cause, candidates }: Conflict): string {
  const sayers = candidates.flatMap(({ agent, verdict }) => {
    const stated = (verdict?.statedBy ?? []).map(by => by.agent)
    return stated.length === 0 ? [agent] : stated
  })
  const agents = new Set(sayers)
  return (agents.size === 1 ? CAUSES_OF_ONE[cause] : undefined) ?? CAUSES[cause]
}

/** What is disputed and why, who said what, who is at it, how it was and is to be settled, and what to type. */
export function conflictText(conflict: Conflict, names: Names, screen: Screen): string {
  const { scope, status, importance, since, overruled, reopened, resolution } = conflict
  const { paint, now } = screen
  const title = `${paint.bold(titleOf(conflict))} in ${oneLine(scope)}`
  const lines = [
    `${title}: ${statusText(status, screen)}`,
    paint.dim(`  ${causeText(conflict)}, importance ${importance}, since ${ago(since, now)}`),
    ...conflict.candidates.flatMap((_, i) => candidateLines(conflict, i, names, screen)),
    ...evidenceLines(conflict),
    ...claimLines(conflict, names, screen),
    ...(reopened === null ? [] : settledLines('before that', reopened, names, screen)),
    ...overruled.flatMap(one => settledLines('does not hold', one, names, screen)),
    ...(resolution === null ? [] : settledLines('', resolution, names, screen)),
    ...(status === 'resolved' ? [] : [`  ${policyLine(conflict)}`]),
    ...adviceLines(conflict, paint.dim),
  ]
  return lines.map(line => `${line}\n`).join('')
}

function titleOf({ cause, key, record, register, candidates }: Conflict): string {
  if (cause === 'suspected-contradiction')
    return oneLine(candidates.map(({ record }) => shortId(record)).join(' and '))
  return oneLine(`${key ?? shortId(record)}${register === 'content' ? '' : ` (${register})`}`)
}

function candidateLines(
  { cause, candidates }: Conflict,
  place: number,
  names: Names,
  screen: Screen,
): readonly string[] {
  const candidate = candidates[place]
  if (candidate === undefined) return []
  const { record, confidence, support } = candidate
  const facts = [
    sayersText(candidate, names, screen),
    ...(cause === 'suspected-contradiction' ? [`in ${oneLine(shortId(record))}`] : []),
    ...(confidence === null ? [] : [`confidence ${confidence}`]),
    ...(support > 1 ? [`${support} agents say so`] : []),
  ]
  const entry = screen.paint.dim(shortId(candidate.entry))
  return [`  [${place + 1}] ${entry} ${screen.paint.bold(saidLine(candidate))}`, `      ${facts.join(', ')}`]
}

function sayersText(candidate: Candidate, names: Names, screen: Screen): string {
  const { verb, by } = sayersOf(candidate, one => whoText(one, names, screen))
  return `${verb} by ${by}`
}

function whoText(by: Author, names: Names, { now }: Screen): string {
  const name = names.get(by.node) ?? shortNode(by.node)
  return `${oneLine(by.agent)} (${oneLine(name)}) ${ago(by.at, now)}`
}

function authorText(by: Author, names: Names, screen: Screen): string {
  return `by ${whoText(by, names, screen)} ${screen.paint.dim(shortId(by.entry))}`
}

function evidenceLines({ evidence }: Conflict): readonly string[] {
  return evidence.map(({ test, detail }) => `  because of ${oneLine(test)}: ${oneLine(detail)}`)
}

function claimLines({ claimedBy }: Conflict, names: Names, screen: Screen): readonly string[] {
  if (claimedBy === null) return []
  const name = names.get(claimedBy.node) ?? shortNode(claimedBy.node)
  return [
    `  ${oneLine(claimedBy.agent)} (${oneLine(name)}) is settling it; the claim runs out ${oneLine(ago(claimedBy.until, screen.now))}`,
  ]
}

const VERBS: { readonly [kind in Settled['kind']]: string } = {
  pick: 'picked',
  value: 'settled as',
  defer: 'put off',
  overwrite: 'overwritten with',
  context: 'each in its place:',
  undo: 'taken back',
}

function settledLines(when: string, settled: Settled, names: Names, screen: Screen): readonly string[] {
  const { kind, value, reason, caution } = settled
  const isSilent = kind === 'defer' || kind === 'undo' || (kind === 'context' && value === null)
  const what = isSilent ? VERBS[kind] : `${VERBS[kind]} ${screen.paint.bold(saidLine(settled))}`
  const because = reason === null ? [] : [`      because ${marked(oneLine(reason), caution)}`]
  return [
    `  ${when === '' ? '' : `${when}: `}${what}`,
    `      ${authorText(settled, names, screen)}${groundsText(settled)}`,
    ...because,
  ]
}

function groundsText({ judge, rule, model, confidence }: Settled): string {
  if (judge === 'rule') return `, by the rule ${oneLine(rule ?? '')}`
  if (judge !== 'model') return ''
  const sure = confidence === null ? '' : `, ${Math.round(confidence * 100)} % sure`
  return `, by the model ${oneLine(model ?? '')}${sure}`
}

function policyLine({ policy, register, leftToPeople, reopened }: Conflict): string {
  const { rule, clause, scope, resolver } = policy
  if (leftToPeople) {
    const why = reopened?.kind === 'undo' ? 'a verdict was taken back' : 'people judged it differently'
    return `${why}: left to people; what is shown meanwhile is ${resolver}`
  }
  if (register === 'policy') return `no policy decides about policies; what is shown meanwhile is ${resolver}`
  if (scope === null) return `no policy: what is shown meanwhile is ${resolver}`
  const where = `the policy of ${oneLine(scope)}`
  if (clause === null) return `no clause of ${where} fits: what is shown meanwhile is ${resolver}`
  if (rule !== 'arbiter' && rule !== 'person') return `by clause ${clause} of ${where}: ${rule}`
  const judge = rule === 'arbiter' ? 'an arbiter' : 'a person'
  return `by clause ${clause} of ${where} ${judge} settles it; what is shown meanwhile is ${resolver}`
}

/** The first digits of the record's id are enough to find it. */
export function shortConflict(id: string): string {
  const dot = id.indexOf('.')
  return oneLine(dot < 0 ? id : `${shortId(id.slice(0, dot))}${id.slice(dot)}`)
}

function adviceLines(
  { id, cause, status, candidates, resolution }: Conflict,
  dim: (text: string) => string,
): readonly string[] {
  const undo = `  moot resolve ${shortConflict(id)} --undo`
  if (status === 'resolved') {
    const isVerdict = resolution !== null && resolution.kind !== 'overwrite'
    return isVerdict ? [dim('take it back with'), undo] : []
  }
  const picks = candidates.map((_, i) => i + 1)
  const ways = [
    `--pick ${picks.join('|')}`,
    ...(cause === 'suspected-contradiction' ? [] : ['--value TEXT']),
    picks.map(pick => `--when ${pick}=CONDITION`).join(' '),
    '--defer',
  ]
  const seen = candidates.map(({ entry }) => shortId(entry)).join(',')
  return [
    dim('settle it with one of these; --seen has it refused if somebody says something else meanwhile'),
    ...ways.map(way => `  moot resolve ${shortConflict(id)} ${way} --seen ${oneLine(seen)}`),
  ]
}

export function conflictTable(conflicts: readonly Conflict[], screen: Screen): string {
  return table(
    [
      { title: 'CONFLICT', cell: ({ id }) => shortConflict(id) },
      { title: 'KEY', cell: ({ key, cause }) => (cause === 'suspected-contradiction' ? '' : (key ?? '')) },
      { title: 'STATUS', cell: ({ status }) => status, paint: status => statusText(status, screen) },
      { title: 'WEIGHT', cell: ({ importance }) => String(importance), align: 'right' },
      {
        title: 'VALUES',
        cell: ({ cause, candidates }) =>
          candidates.map(saidLine).join(cause === 'suspected-contradiction' ? ' ≠ ' : ' | '),
        flexible: true,
      },
      {
        title: 'RULE',
        cell: ({ policy, leftToPeople }) =>
          leftToPeople ? 'person' : policy.clause === null ? '' : policy.rule,
      },
      { title: 'SCOPE', cell: ({ scope }) => scope },
      { title: 'SINCE', cell: ({ since }) => ago(since, screen.now) },
    ],
    conflicts,
    screen,
  )
}
