/**
 * Getting what a peer has and we lack: pages are asked for, never sent unasked, and the next one is asked for while
 * the one before is being stored. Every stored page is durable, so that fetching can stop at any point.
 */
import { type LogId, MEMBERSHIP_SCOPE } from '@folkmoot/core'
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
  RETRIES_MAX,
  RETRY_MS,
  WANTED_MAX,
  WINDOW_BYTES_MAX,
  WINDOW_PAGES_MAX,
} from './limits.ts'
import type { Page, WantItem } from './messages.ts'
import { isAhead } from './reconcile.ts'
import type { RunOutcome } from './replica-port.ts'
import type { Effect, Fetch, Open, Step, View, Wanted } from './session-state.ts'

/** Takes note of heads the peer has. */
export function learn(state: Open, positions: Iterable<Position>, view: View): Open {
  const fetches = new Map(state.fetches)
  const wanted = new Map(state.wanted.map(item => [item.log, item]))
  for (const { scope, log, seq, hash } of positions) {
    if (!view.shares(scope) || isRefused(state, log, view.now)) continue
    const fetch = fetches.get(log)
    if (fetch !== undefined) {
      if (seq > fetch.target) fetches.set(log, { ...fetch, target: seq, hash })
      continue
    }
    const item = { scope, log, target: seq, hash, tries: 0, notBefore: 0 }
    if (isMissing(item, view) && (wanted.get(log)?.target ?? -1) < seq) wanted.set(log, item)
  }
  return { ...state, fetches, wanted: membershipFirst([...wanted.values()]).slice(0, WANTED_MAX) }
}

/** Asks for as much as the window allows: first for logs begun, then for others, membership before any data. */
export function askMore(state: Open, view: View): Step<Open> {
  if (view.now < state.asideUntil) return [state, []]
  const fetches = new Map(state.fetches)
  const window = new Window(state.fetches.values())
  const items: WantItem[] = []
  const effects: Effect[] = []
  const ask = (fetch: Fetch): boolean => {
    const bytes = pageBytes(fetch.target - fetch.next + 1)
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
  return [withFetch(open, { ...fetch, next, target, asked: null, applying }), [offer]]
}

/** The replica has stored the page, or refused it. */
export function takeOutcome(
  state: Open,
  fetch: Fetch,
  size: number,
  { accepted, refusal }: RunOutcome,
  view: View,
): Step<Open> {
  const { log } = fetch
  const applying = withoutFirst(fetch.applying, size)
  const open = { ...state, progressed: state.progressed || accepted > 0 }
  const isUseless = accepted === 0 && isMissing(fetch, view)
  if (refusal !== undefined || isUseless) {
    const told: Effect[] = refusal ? [{ kind: 'refused', log, ...refusal }] : []
    const [left, effects] = abandon(open, fetch)
    return [{ ...left, refused: remember(left.refused, log, view.now) }, [...effects, ...told]]
  }
  const isDone = applying.length === 0 && fetch.asked === null && fetch.next > fetch.target
  return isDone ? abandon(open, fetch) : [withFetch(open, { ...fetch, applying }), []]
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
    const { scope, log, target, hash, tries } = fetch
    const again = { scope, log, target, hash, tries, notBefore: 0 }
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
  const [left, effects] = abandon(state, { ...fetch, asked: null })
  if (fetch.tries >= RETRIES_MAX) return [left, effects]
  const { scope, log, target, hash } = fetch
  const tries = fetch.tries + 1
  const again = { scope, log, target, hash, tries, notBefore: view.now + RETRY_MS * tries }
  return [{ ...left, wanted: membershipFirst([...left.wanted, again]) }, effects]
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
  const next = Math.min((view.position(item.log)?.seq ?? -1) + 1, item.target)
  return { ...item, next, asked: null, applying: [] }
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

function isMissing({ scope, log, target, hash }: Wanted, view: View): boolean {
  const mine = view.position(log)
  if (mine === undefined) return true
  return mine.seq <= target && isAhead({ ...mine, scope, seq: target, hash }, mine)
}

function isRefused(state: Open, log: LogId, now: number): boolean {
  return (state.refused.get(log) ?? now) > now
}

function remember(refused: ReadonlyMap<LogId, number>, log: LogId, now: number): ReadonlyMap<LogId, number> {
  const kept = [...refused].filter(([, until]) => until > now).slice(-REFUSED_LOGS_MAX + 1)
  return new Map(kept).set(log, now + REFUSED_LOG_MS)
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

function pageBytes(entries: number): number {
  return Math.max(PAGE_BYTES_MIN, Math.min(PAGE_BYTES_MAX, entries * ENTRY_BYTES_GUESS))
}

/** Pages asked for or being stored. */
class Window {
  #bytes = 0
  #pages = 0

  constructor(fetches: Iterable<Fetch>) {
    for (const { asked, applying } of fetches) {
      this.#pages += applying.length + (asked === null ? 0 : 1)
      this.#bytes += applying.reduce((sum, size) => sum + size, asked?.bytes ?? 0)
    }
  }

  isHalfEmpty(): boolean {
    return this.#pages * 2 <= WINDOW_PAGES_MAX && this.#bytes * 2 <= WINDOW_BYTES_MAX
  }

  /** False if there is no room. A window that is empty has room for anything. */
  take(bytes: number): boolean {
    const isFull = this.#pages >= WINDOW_PAGES_MAX || this.#bytes + bytes > WINDOW_BYTES_MAX
    if (isFull && this.#pages > 0) return false
    this.#pages++
    this.#bytes += bytes
    return true
  }
}
