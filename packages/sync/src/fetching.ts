/**
 * Getting what a peer has and we lack: pages are asked for, never sent unasked, and the next one is asked for while
 * the one before is being stored. Every stored page is durable, so that fetching can stop at any point.
 */
import { type ErrorCode, type LogId, MEMBERSHIP_SCOPE } from '@folkmoot/core'
import { FetchWindow } from './fetch-window.ts'
import type { Position } from './frontier-index.ts'
import {
  APPLYING_PER_LOG_MAX,
  ASIDE_MS,
  ENTRY_BYTES_GUESS,
  PAGE_BYTES_MAX,
  PAGE_BYTES_MIN,
  PAGE_TIMEOUT_MS,
  REFUSED_LOG_MS,
  REFUSED_LOGS_MAX,
  REREAD_LOGS_MAX,
  RETRIES_MAX,
  RETRY_MS,
  WANTED_MAX,
} from './limits.ts'
import type { Page, WantItem } from './messages.ts'
import { isAhead } from './reconcile.ts'
import type { RunOutcome } from './replica-port.ts'
import type { Effect, Fetch, Open, Refused, Step, View, Wanted } from './session-state.ts'

/** Refusals that another state of the membership may take back. */
const JUDGED_BY_MEMBERSHIP: ReadonlySet<Refused['code']> = new Set([
  'gap',
  'cut',
  'useless',
  'equivocation',
  'not-admitted',
  'forbidden',
])

/** Takes note of heads the peer has. */
export function learn(state: Open, positions: Iterable<Position>, view: View): Open {
  const fetches = new Map(state.fetches)
  const wanted = new Map(state.wanted.map(item => [item.log, item]))
  for (const { scope, log, seq, hash } of positions) {
    if (!view.takes(scope) || isRefused(state, log, view.now)) continue
    const fetch = fetches.get(log)
    if (fetch !== undefined) {
      if (seq > fetch.target) fetches.set(log, { ...fetch, target: seq, hash })
      continue
    }
    const known = wanted.get(log)
    const item = known ?? { scope, log, target: -1, hash, tries: 0, notBefore: 0, fromStart: false }
    const further = { ...item, target: seq, hash }
    if (item.target < seq && isMissing(further, view)) wanted.set(log, further)
  }
  return { ...state, fetches, wanted: membershipFirst([...wanted.values()]).slice(0, WANTED_MAX) }
}

/** Asks for as much as the window allows: first for logs begun, then for others, membership before any data. */
export function askMore(state: Open, view: View): Step<Open> {
  if (view.now < state.asideUntil) return [state, []]
  const fetches = new Map(state.fetches)
  const window = new FetchWindow(state.fetches.values())
  const items: WantItem[] = []
  const effects: Effect[] = []
  const ask = (fetch: Fetch): boolean => {
    const bytes = pageBytes(fetch)
    if (!window.take(bytes)) return false
    items.push({ log: fetch.log, from: fetch.next, bytesMax: bytes })
    fetches.set(fetch.log, { ...fetch, asked: { from: fetch.next, bytes } })
    return true
  }
  for (const fetch of state.fetches.values()) if (isReady(fetch)) ask(fetch)
  let { wanted } = state
  // Only when half of the window is free, so that many short logs are asked for in few messages.
  if (wanted.length > 0 && window.isHalfEmpty()) {
    wanted = wanted.filter(item => isMissing(item, view))
    const mayBegin = gate(state, wanted, view)
    wanted = wanted.filter(item => {
      if (!mayBegin(item) || !ask(fetchOf(item, view))) return true
      effects.push({ kind: 'claim', log: item.log })
      return false
    })
  }
  if (items.length === 0) return [{ ...state, wanted }, effects]
  effects.push({ kind: 'send', message: { kind: 'want', items } })
  return [{ ...state, wanted, fetches, waitingSince: state.waitingSince ?? view.now }, effects]
}

/** A page that was asked for. The caller has checked that it was. */
export function takePage(state: Open, fetch: Fetch, page: Page, size: number, view: View): Step<Open> {
  const open = { ...state, stalls: 0, waitingSince: isWaiting(state, fetch.log) ? view.now : null }
  const count = page.entries.length
  if (count === 0) return nothingThere(open, fetch, view)
  const next = fetch.next + count
  const target = page.more ? Math.max(fetch.target, next) : next - 1
  const applying = [...fetch.applying, size]
  const offer: Effect = { kind: 'offer', log: fetch.log, size, entries: page.entries }
  const hash = target === fetch.target ? fetch.hash : ''
  return [withFetch(open, { ...fetch, next, target, hash, asked: null, applying }), [offer]]
}

/** The replica has stored the page, or refused it. */
export function takeOutcome(
  state: Open,
  fetch: Fetch,
  size: number,
  { accepted, refusal }: RunOutcome,
  view: View,
): Step<Open> {
  const open = { ...state, progressed: state.progressed || accepted > 0 }
  // A page that was given up, of a log that is asked for again by now.
  if (!fetch.applying.includes(size)) return [open, []]
  const applying = withoutFirst(fetch.applying, size)
  if (refusal !== undefined) return takeRefusal(open, fetch, refusal, view)
  if (accepted === 0 && !fetch.fromStart && isMissing(fetch, view)) {
    return leaveAlone(open, fetch, { code: 'useless', until: view.now + REFUSED_LOG_MS }, view)
  }
  const isDone = applying.length === 0 && fetch.asked === null && fetch.next > fetch.target
  return isDone ? abandon(open, fetch) : [withFetch(open, { ...fetch, applying }), []]
}

function takeRefusal(
  state: Open,
  fetch: Fetch,
  { code, reason }: { readonly code: ErrorCode; readonly reason: string },
  view: View,
): Step<Open> {
  // The log goes on where it was cut. Who has it may not know that yet: nobody is to blame.
  if (code === 'cut') return leaveAlone(state, fetch, { code, until: Number.POSITIVE_INFINITY }, view)
  // What it builds on, of the membership above all, is on its way.
  if (code === 'gap' && fetch.tries < RETRIES_MAX) return tryAgain(state, fetch, view)
  const told: Effect = { kind: 'refused', log: fetch.log, code, reason }
  const isFork = code === 'equivocation' && !fetch.fromStart
  if (isFork && !state.reread.has(fetch.log) && state.reread.size < REREAD_LOGS_MAX) {
    const [left, effects] = abandon(state, fetch)
    const reread = new Set(left.reread).add(fetch.log)
    const again = { ...wantedOf(fetch), tries: 0, notBefore: 0, fromStart: true }
    const wanted = membershipFirst([...left.wanted, again])
    return [{ ...left, reread, wanted }, [...effects, told]]
  }
  const [left, effects] = leaveAlone(state, fetch, { code, until: view.now + REFUSED_LOG_MS }, view)
  return [left, [...effects, told]]
}

/**
 * After a change of the membership: what was refused for the sake of it is asked for again, and what may no longer be
 * shared is left. Comparing again is due.
 */
export function reconsider(state: Open, access: boolean, view: View): Step<Open> {
  const isOver = ({ code }: Refused) => (access ? JUDGED_BY_MEMBERSHIP.has(code) : code === 'gap')
  const refused = new Map([...state.refused].filter(([, refusal]) => !isOver(refusal)))
  const isDue = access || refused.size < state.refused.size
  const probeAt = isDue ? Math.min(state.probeAt, view.now) : state.probeAt
  const wanted = state.wanted
    .filter(item => view.takes(item.scope))
    .map(item => (item.tries === 0 ? item : { ...item, notBefore: 0 }))
  let open: Open = { ...state, refused, wanted, probeAt }
  const effects: Effect[] = []
  for (const fetch of access ? state.fetches.values() : []) {
    if (view.takes(fetch.scope)) continue
    const [left, released] = abandon(open, fetch)
    open = left
    effects.push(...released)
  }
  return [open, effects]
}

/** Gives up what is asked for, if no page came for too long, and asks this peer nothing for a while. */
export function checkStall(state: Open, view: View): Step<Open> {
  const { waitingSince } = state
  if (waitingSince === null || view.now - waitingSince < PAGE_TIMEOUT_MS) return [state, []]
  let open = state
  const effects: Effect[] = []
  for (const fetch of state.fetches.values()) {
    if (fetch.asked === null) continue
    const [left, released] = abandon(open, fetch)
    const again = { ...wantedOf(fetch), notBefore: 0 }
    open = { ...left, wanted: membershipFirst([...left.wanted, again]) }
    effects.push(...released)
  }
  const stalls = state.stalls + 1
  return [{ ...open, stalls, waitingSince: null, asideUntil: view.now + ASIDE_MS }, effects]
}

/** The entries a peer is known to be ahead. */
export function lagOf(state: Open, position: View['position']): number {
  let lag = 0
  for (const { log, target } of state.wanted) lag += missingCount(log, target)
  for (const { log, target } of state.fetches.values()) lag += missingCount(log, target)
  return lag

  function missingCount(log: LogId, target: number): number {
    return Math.max(0, target - (position(log)?.seq ?? -1))
  }
}

/** The peer has not got what it was said to have: it may be about to. */
function nothingThere(state: Open, fetch: Fetch, view: View): Step<Open> {
  if (fetch.applying.length > 0)
    return [withFetch(state, { ...fetch, asked: null, target: fetch.next - 1 }), []]
  const unasked = { ...fetch, asked: null }
  return fetch.tries < RETRIES_MAX ? tryAgain(state, unasked, view) : abandon(state, unasked)
}

function tryAgain(state: Open, fetch: Fetch, view: View): Step<Open> {
  const [left, effects] = abandon(state, fetch)
  const tries = fetch.tries + 1
  const again = { ...wantedOf(fetch), tries, notBefore: view.now + RETRY_MS * tries }
  return [{ ...left, wanted: membershipFirst([...left.wanted, again]) }, effects]
}

function leaveAlone(state: Open, fetch: Fetch, refusal: Refused, { now }: View): Step<Open> {
  const [left, effects] = abandon(state, fetch)
  const kept = [...left.refused].filter(([, { until }]) => until > now).slice(-REFUSED_LOGS_MAX + 1)
  return [{ ...left, refused: new Map(kept).set(fetch.log, refusal) }, effects]
}

function abandon(state: Open, fetch: Fetch): Step<Open> {
  const fetches = new Map(state.fetches)
  fetches.delete(fetch.log)
  const givenUp = state.givenUp + (fetch.asked === null ? 0 : 1)
  const waitingSince = isWaiting(state, fetch.log) ? state.waitingSince : null
  return [{ ...state, fetches, givenUp, waitingSince }, [{ kind: 'release', log: fetch.log }]]
}

function withFetch(state: Open, fetch: Fetch): Open {
  return { ...state, fetches: new Map(state.fetches).set(fetch.log, fetch) }
}

function fetchOf(item: Wanted, view: View): Fetch {
  const here = (view.position(item.log)?.seq ?? -1) + 1
  return { ...item, next: item.fromStart ? 0 : Math.min(here, item.target), asked: null, applying: [] }
}

function wantedOf({ scope, log, target, hash, tries, notBefore, fromStart }: Fetch): Wanted {
  return { scope, log, target, hash, tries, notBefore, fromStart }
}

function isReady(fetch: Fetch): boolean {
  return fetch.asked === null && fetch.next <= fetch.target && fetch.applying.length < APPLYING_PER_LOG_MAX
}

function isWaiting(state: Open, except: LogId): boolean {
  return [...state.fetches.values()].some(fetch => fetch.asked !== null && fetch.log !== except)
}

function gate(state: Open, wanted: readonly Wanted[], view: View): (item: Wanted) => boolean {
  const isMembership = ({ scope }: Wanted) => scope === MEMBERSHIP_SCOPE
  const dataWaits = !state.settled || [...wanted, ...state.fetches.values()].some(isMembership)
  return item => item.notBefore <= view.now && !view.claimed(item.log) && (isMembership(item) || !dataWaits)
}

function isMissing({ scope, log, target, hash, fromStart }: Wanted, view: View): boolean {
  if (fromStart) return true
  const mine = view.position(log)
  if (mine === undefined) return true
  if (hash === '') return mine.seq < target
  return mine.seq <= target && isAhead({ ...mine, scope, seq: target, hash }, mine)
}

function isRefused(state: Open, log: LogId, now: number): boolean {
  return (state.refused.get(log)?.until ?? now) > now
}

function membershipFirst(wanted: readonly Wanted[]): readonly Wanted[] {
  const [first, rest]: [Wanted[], Wanted[]] = [[], []]
  for (const item of wanted) (item.scope === MEMBERSHIP_SCOPE ? first : rest).push(item)
  return first.length === 0 ? rest : [...first, ...rest]
}

function withoutFirst(sizes: readonly number[], size: number): readonly number[] {
  const at = sizes.indexOf(size)
  return sizes.filter((_, index) => index !== at)
}

/** A log of two histories is read in small pages: the one in which they part is the proof, and all have to keep it. */
function pageBytes({ target, next, fromStart }: Fetch): number {
  const guess = (target - next + 1) * ENTRY_BYTES_GUESS
  return Math.max(PAGE_BYTES_MIN, Math.min(fromStart ? 0 : PAGE_BYTES_MAX, guess))
}
