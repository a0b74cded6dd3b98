import type { LogRef } from '../entry.ts'
import { type LogId, MEMBERSHIP_SCOPE } from '../ids.ts'
import type { Subject } from '../membership-body.ts'
import { type ScopeAddress, scopeHas } from '../scope.ts'
import type { LogEnd } from './access.ts'
import { type Act, endBy } from './acts.ts'
import type { Forks } from './fork-proof.ts'
import type { ActTable } from './holding.ts'
import { compareKnown, type Sight } from './past.ts'
import { coversPlace, HIDDEN, placeOf } from './pattern.ts'

/**
 * Where a log ends: at the lowest position that anything says. A log that began in the knowledge of a removal, as that
 * of a node let in again, is not cut by it; a fork ends its log for good.
 * @param opening what the author of its first entry knew
 */
export function endOfLog(
  { log, scope, node }: LogRef & { readonly log: LogId },
  opening: Sight,
  { acts, forks }: { readonly acts: ActTable; readonly forks: Forks },
  writer?: { readonly agent: string | undefined; readonly scope: ScopeAddress | undefined },
): LogEnd | undefined {
  const fork = forks.of(log)?.fork
  let below = fork?.seq ?? Number.POSITIVE_INFINITY
  let by: Act | undefined
  const cut = (act: Act): void => {
    const end = endBy(act, log)
    if (opening(act.entry) || end > below) return
    // Of two that cut at one position the earlier is told of, so that all nodes tell the same.
    if (end === below && (by === undefined || compareKnown(by.entry, act.entry) <= 0)) return
    below = end
    by = act
  }
  const told = (): LogEnd | undefined =>
    below === Number.POSITIVE_INFINITY ? undefined : { below, why: whyOf(by) }
  for (const act of acts.removalsOf(node)) cut(act)
  if (writer === undefined || scope === MEMBERSHIP_SCOPE) return told()
  const subjects: Subject[] = [{ node }]
  if (writer.agent !== undefined) subjects.push({ agent: writer.agent })
  const place = writer.scope && placeOf(writer.scope, writer.agent)
  // What an agent keeps for itself, and a node's own runs, no revocation ends: whoever revokes may not have them.
  if (writer.scope !== undefined && (place?.isOwn || scopeHas(writer.scope, 'run'))) return told()
  for (const act of subjects.flatMap(to => acts.revocationsOf(to))) {
    if (act.rights?.includes('write') !== true) continue
    const isBlind = place === undefined || act.scope === HIDDEN
    if (isBlind ? act.cuts.has(log) : coversPlace(act.scope, place)) cut(act)
  }
  return told()
}

function whyOf(act: Act | undefined): string {
  if (act === undefined) return 'its author wrote two histories'
  return act.reason === undefined ? WHY[act.type] : `${WHY[act.type]}: ${act.reason}`
}

const WHY: { readonly [type in Act['type']]: string } = {
  remove: 'its node was removed',
  rotate: 'its node goes on with another key',
  revoke: 'its right to write here was revoked',
}
