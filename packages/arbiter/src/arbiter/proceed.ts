/** What is to be begun now, and when to look again. */
import { holderAt, type ScopeAddress } from '@folkmoot/core'
import * as breaker from './breaker.ts'
import { count, type Draft, judgeFailed, tryAgain } from './draft.ts'
import { type Matter, readyAt } from './matter.ts'
import { beginJudging } from './news.ts'
import { byPriority } from './priority.ts'
import { RULINGS_AT_ONCE } from './settings.ts'
import { roomFrom, withCall } from './spending.ts'
import type { ArbiterState } from './state.ts'

export function proceed(draft: Draft): void {
  endOverdue(draft)
  settleByRule(draft)
  takeUp(draft)
}

/** A judge that hangs has failed. */
function endOverdue(draft: Draft): void {
  for (const matter of [...draft.matters.values()]) {
    const { phase } = matter
    if (phase.name !== 'judging' || phase.until > draft.now) continue
    draft.effects.push({ do: 'cancel', call: phase.call })
    judgeFailed(draft, 'there was no verdict in time', null)
    tryAgain(draft, matter)
  }
}

function settleByRule(draft: Draft): void {
  let room = RULINGS_AT_ONCE
  for (const { phase } of draft.matters.values()) if (phase.name === 'settling') room -= 1
  for (const [id, matter] of draft.matters) {
    if (room <= 0) return
    const { conflict, way, phase } = matter
    const { decision, seen } = conflict
    if (way !== 'rule' || phase.name !== 'waiting') continue
    if (readyAt(matter, draft.settings, draft.now) > draft.now) continue
    draft.matters.set(id, { ...matter, phase: { name: 'settling', by: 'rule', seen } })
    draft.effects.push({ do: 'settle', id, ruling: { judge: 'rule', decision }, seen })
    room -= 1
  }
}

/** The most urgent of those whose turn it is, as far as slots, budget and the judge's health go. */
function takeUp(draft: Draft): void {
  const { settings, now } = draft
  let free = settings.concurrency
  const ready: Matter[] = []
  for (const matter of draft.matters.values()) {
    const { name } = matter.phase
    if (name === 'claiming' || name === 'judging') free -= 1
    if (name === 'waiting' && matter.way === 'judge' && readyAt(matter, settings, now) <= now)
      ready.push(matter)
  }
  if (free <= 0 || ready.length === 0 || breaker.freeFrom(draft.breaker) > now) return
  const order = byPriority(now)
  ready.sort((a, b) => order(a.conflict, b.conflict))
  const full = new Set<ScopeAddress>()
  for (const matter of ready) {
    if (free <= 0 || breaker.freeFrom(draft.breaker) > now) return
    const { scope } = matter.conflict
    if (full.has(scope)) continue
    if (roomFrom(draft.calls, settings.budget, scope, now) > now) full.add(scope)
    else {
      begin(draft, matter)
      free -= 1
    }
  }
}

function begin(draft: Draft, matter: Matter): void {
  const { settings, now } = draft
  const { conflict } = matter
  const { id, scope, seen } = conflict
  const call = draft.nextCall++
  draft.breaker = breaker.called(draft.breaker, call)
  draft.calls = withCall(draft.calls, { call, at: now, scope, tokens: 0 })
  const holder = holderAt(conflict, now)
  if (holder?.node === settings.node) {
    count(draft, 'resumed')
    beginJudging(draft, matter, call, holder.until)
    return
  }
  if (conflict.claims.some(({ node }) => node !== settings.node)) count(draft, 'takenOver')
  draft.matters.set(id, { ...matter, phase: { name: 'claiming', call, seen } })
  draft.effects.push({ do: 'claim', id, until: now + settings.times.lease, seen })
}

/** When time alone will change what is to be done; undefined if it will not. */
export function wakeAt(state: ArbiterState, nowMs: number): number | undefined {
  const { settings, calls } = state
  const judgeFrom = breaker.freeFrom(state.breaker)
  const rooms = new Map<ScopeAddress, number>()
  let next = Number.POSITIVE_INFINITY
  for (const matter of state.matters.values()) {
    const { phase, way, conflict } = matter
    let at = Number.POSITIVE_INFINITY
    if (phase.name === 'judging') at = phase.until
    if (phase.name === 'waiting') {
      at = readyAt(matter, settings, nowMs)
      if (way === 'judge') {
        const { scope } = conflict
        const room = rooms.get(scope) ?? roomFrom(calls, settings.budget, scope, nowMs)
        rooms.set(scope, room)
        at = Math.max(at, judgeFrom, room)
      }
    }
    if (at > nowMs && at < next) next = at
  }
  return next === Number.POSITIVE_INFINITY ? undefined : next
}
