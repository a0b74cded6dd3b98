/** What happens to a conflict because of what the docket says of it, and because of what was written. */
import { type ErrorCode, holderAt } from '@folkmoot/core'
import { callOff, cancel, count, type Draft, putBack, tryAgain } from './draft.ts'
import { freshMatter, isSame, type Matter, wayOf } from './matter.ts'
import type { Look, Outcome } from './state.ts'

/** What another attempt would meet again: the conflict is left as it is until something about it changes. */
const FOR_GOOD: readonly ErrorCode[] = ['forbidden', 'not-found', 'erased', 'usage', 'too-large', 'malformed']

export function lookAt(draft: Draft, [id, conflict]: Look): void {
  const matter = draft.matters.get(id)
  const way = conflict === undefined ? null : wayOf(conflict, draft.settings.hasJudge)
  if (conflict === undefined || way === null) {
    if (matter !== undefined) leave(draft, matter)
    return
  }
  if (matter === undefined) draft.matters.set(id, freshMatter(conflict, way, draft.now))
  else draft.matters.set(id, seenAgain(draft, matter, freshMatter(conflict, way, draft.now)))
}

/** It is settled, or not for this arbiter any more. */
function leave(draft: Draft, matter: Matter): void {
  const { phase, conflict } = matter
  if (phase.name === 'claiming' || phase.name === 'settling') {
    // What became of that is still to come.
    draft.matters.set(conflict.id, { ...matter, isGone: true })
    return
  }
  if (phase.name === 'judging') cancel(draft, phase.call)
  draft.matters.delete(conflict.id)
}

function seenAgain(draft: Draft, matter: Matter, fresh: Matter): Matter {
  const { phase } = matter
  const { conflict, way } = fresh
  const isUnchanged = isSame(matter.conflict.seen, conflict.seen) && matter.way === way
  const updated = { ...matter, conflict, way, isGone: false }
  if (phase.name === 'claiming' || phase.name === 'settling') return updated
  if (phase.name === 'waiting') return isUnchanged ? updated : fresh
  if (!isUnchanged) {
    cancel(draft, phase.call)
    count(draft, 'changed')
    return fresh
  }
  const holder = holderAt(conflict, draft.now)
  if (holder === undefined || holder.node === draft.settings.node) return updated
  cancel(draft, phase.call)
  count(draft, 'yielded')
  return { ...updated, phase: { name: 'waiting' } }
}

export function takeOutcome(draft: Draft, { id, failure }: Outcome): void {
  const matter = draft.matters.get(id)
  if (matter === undefined) return
  if (matter.phase.name === 'claiming') claimed(draft, matter, matter.phase, failure)
  if (matter.phase.name === 'settling') settled(draft, matter, matter.phase, failure)
}

function claimed(
  draft: Draft,
  matter: Matter,
  { call, seen }: Matter['phase'] & { name: 'claiming' },
  failure: Outcome['failure'],
): void {
  const { conflict } = matter
  const holder = holderAt(conflict, draft.now)
  const isStill = !matter.isGone && matter.way === 'judge' && isSame(seen, conflict.seen)
  if (failure === undefined && isStill && holder?.node === draft.settings.node) {
    beginJudging(draft, matter, call, holder.until)
    return
  }
  callOff(draft, call)
  if (failure !== undefined) writingFailed(draft, matter, failure)
  else if (matter.isGone) draft.matters.delete(conflict.id)
  else if (!isStill) draft.matters.set(conflict.id, freshMatter(conflict, matter.way, draft.now))
  else {
    count(draft, 'yielded')
    putBack(draft, matter)
  }
}

/** The lease is not renewed: whoever is next may begin when it has run out. */
export function beginJudging(draft: Draft, matter: Matter, call: number, leaseUntil: number): void {
  const until = Math.min(draft.now + draft.settings.times.judgement, leaseUntil)
  const { id } = matter.conflict
  draft.matters.set(id, { ...matter, phase: { name: 'judging', call, until } })
  draft.effects.push({ do: 'judge', id, call })
}

function settled(
  draft: Draft,
  matter: Matter,
  { by, seen }: Matter['phase'] & { name: 'settling' },
  failure: Outcome['failure'],
): void {
  if (failure !== undefined) {
    if (failure.code === 'changed') count(draft, 'changed')
    else count(draft, 'failed')
    writingFailed(draft, matter, failure)
    return
  }
  count(draft, by === 'rule' ? 'byRule' : by === 'verdict' ? 'byModel' : 'deferred')
  const { conflict, way } = matter
  if (matter.isGone) draft.matters.delete(conflict.id)
  // What was written settles nothing, and would not the next time either.
  else if (isSame(seen, conflict.seen)) tryAgain(draft, matter)
  // Something else was said at the same moment.
  else draft.matters.set(conflict.id, freshMatter(conflict, way, draft.now))
}

function writingFailed(draft: Draft, matter: Matter, failure: NonNullable<Outcome['failure']>): void {
  const { conflict, way } = matter
  if (failure.code !== 'changed') draft.lastError = failure.message
  if (matter.isGone || FOR_GOOD.includes(failure.code)) draft.matters.delete(conflict.id)
  else if (failure.code === 'changed')
    putBack(draft, freshMatter(conflict, way, draft.now), draft.settings.times.claimStep)
  else tryAgain(draft, matter)
}
