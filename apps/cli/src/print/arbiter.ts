import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import { shortConflict } from './conflict.ts'
import { factLines } from './memory.ts'
import type { Screen } from './screen.ts'
import { ago } from './words.ts'

type Arbiter = NonNullable<Result<'status'>['arbiter']>
type Left = Pick<Arbiter['left'], 'calls' | 'tokens' | 'until'>

/** Nothing, on a node that settles nothing unasked. */
export function arbiterText(arbiter: Arbiter | null, screen: Screen): string {
  if (arbiter === null) return ''
  const { paint, now } = screen
  const { model, mayArbitrate, breaker, queued, judging, settled, left, lastError, lastVerdictAt } = arbiter
  const count = (number: number) => number.toLocaleString('en')
  const paused = breaker.until === null ? breaker.state : `left alone, again ${ago(breaker.until, now)}`
  const facts = [
    ['judges by', model === null ? 'rules alone' : `rules, and ${oneLine(model)}`],
    ['rights', mayArbitrate ? '' : paint.red('none: moot grant with the right to arbitrate')],
    ['model', model === null || breaker.state === 'closed' ? '' : paint.yellow(paused)],
    ['waiting', count(queued)],
    ['judging', judging.map(shortConflict).join(' ')],
    ['settled', `${count(settled.byRule)} by rule, ${count(settled.byModel)} by the model`],
    ['deferred', count(settled.deferred)],
    ['failed', settled.failed === 0 ? '' : paint.yellow(count(settled.failed))],
    ['left this hour', leftText(left, now)],
    ...left.scopes.map(one => [oneLine(`  ${one.scope}`), leftText(one, now)] as const),
    ['last verdict', lastVerdictAt === null ? '' : ago(lastVerdictAt, now)],
    ['last error', lastError === null ? '' : paint.yellow(oneLine(lastError))],
  ] as const
  return `\n${paint.bold('arbiter')}\n${factLines(facts, screen)}`
}

function leftText({ calls, tokens, until }: Left, now: number): string {
  const parts = [
    calls === null ? '' : `${calls.toLocaleString('en')} calls`,
    tokens === null ? '' : `${tokens.toLocaleString('en')} tokens`,
    until === null ? '' : `more ${ago(until, now)}`,
  ]
  return parts.filter(part => part !== '').join(', ')
}
