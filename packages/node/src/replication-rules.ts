/** How each scope travels. */
import { parseScope, type ScopeAddress, scopeHas } from '@folkmoot/core'
import type { OpenNodeOptions } from './api.ts'

type Rules = NonNullable<OpenNodeOptions['replicate']>
type Mode = Rules[number]['mode']

/** By the first rule that fits; a `run` stays at home unless a rule names it. @throws UsageError */
export function replicationRules(rules: Rules): (scope: ScopeAddress) => Mode {
  const parsed = rules.map(({ scope, mode }) => ({ fits: scopePattern(scope), mode }))
  return scope => parsed.find(rule => rule.fits(scope))?.mode ?? (scopeHas(scope, 'run') ? 'local' : 'push')
}

/** `app=shop,user=*`: the dimensions named must be there with that value, or with any where a star stands. */
function scopePattern(text: string): (scope: string) => boolean {
  const wanted = text.split(',').map(part => part.trim())
  parseScope(wanted.map(part => part.replace('=*', '=any')).join(','))
  return scope => {
    const parts = scope.split(',')
    return wanted.every(part =>
      part.endsWith('=*') ? parts.some(p => p.startsWith(part.slice(0, -1))) : parts.includes(part),
    )
  }
}
