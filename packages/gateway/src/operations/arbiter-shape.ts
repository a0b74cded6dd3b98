import type { ArbiterReport } from '@folkmoot/node'
import { isoTime } from './shapes.ts'

type Left = Omit<ArbiterReport['left'], 'scopes'>

/** What an arbiter says of itself, with times as text. */
export function arbiterShape(report: ArbiterReport) {
  const { model, mayArbitrate, breaker, queued, judging, tallies, left, lastError, lastVerdictAt } = report
  const { byRule, byModel, deferred, failed, changed, yielded, takenOver } = tallies
  return {
    ...{ model, mayArbitrate, queued, judging, lastError },
    breaker: { state: breaker.state, until: timeOrNull(breaker.until) },
    settled: { byRule, byModel, deferred, failed, changed, yielded, takenOver },
    left: { ...leftShape(left), scopes: left.scopes.map(one => ({ scope: one.scope, ...leftShape(one) })) },
    lastVerdictAt: timeOrNull(lastVerdictAt),
  }
}

function leftShape({ calls, tokens, until }: Left) {
  return { calls, tokens, until: timeOrNull(until) }
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms)
}
