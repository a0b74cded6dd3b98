/**
 * One session: the conversation with one peer, as pure steps. State and event in, state and effects out; the clock,
 * the frontier and the peer's name come in as the view. replicator.ts carries the effects out.
 *
 *   state \ event   connected  message        unreadable  applied/learned  nudged  membership  tick
 *   greeting        hello      hello only     close       -                -       -           time out
 *   open            -          by its kind    close       go on fetching   probe   try again   stalls, retries, probe
 *   closed          -          -              -           -                -       -           -
 */
import { unreachable } from '@folkmoot/core'
import { fullAllowance, spend } from './allowance.ts'
import { oweAll, tellStored } from './confirming.ts'
import { askMore, checkStall, learn, reconsider, takeOutcome, takePage } from './fetching.ts'
import type { Position } from './frontier-index.ts'
import { ANTI_ENTROPY_MS, HEADS_PER_MESSAGE_MAX, HELLO_TIMEOUT_MS } from './limits.ts'
import type { Summary } from './message-fields.ts'
import {
  type Heads,
  type Hello,
  type Message,
  type Page,
  PROTOCOL_VERSION,
  type Probe,
  type RefusalCode,
} from './messages.ts'
import { answerCompare, answerHeads, answerSummary, rootOf } from './reconcile.ts'
import {
  type Effect,
  type Greeting,
  MEMBERSHIP_PREFIX,
  type Open,
  type Session,
  type SessionEvent,
  type Step,
  summaryOf,
  type View,
} from './session-state.ts'

/** Stalls in a row after which a peer is cut off rather than set aside again. */
const STALLS_MAX = 3

export function newSession(now: number): Session {
  return { phase: 'greeting', since: now, allowance: fullAllowance(now) }
}

export function step(state: Session, event: SessionEvent, view: View): Step {
  switch (state.phase) {
    case 'greeting':
      return stepGreeting(state, event, view)
    case 'open':
      return stepOpen(state, event, view)
    case 'closed':
      return [state, []]
    default:
      return unreachable(state)
  }
}

function stepGreeting(state: Greeting, event: SessionEvent, view: View): Step {
  switch (event.kind) {
    case 'connected':
      return [state, [send(helloOf(view))]]
    case 'message':
      if (event.message.kind === 'hello') return welcome(state, event.message, view)
      if (event.message.kind === 'refuse') return refusedBy(event.message.code, event.message.reason)
      return close('malformed', `${event.message.kind} before hello`)
    case 'unreadable':
      return close(event.code, event.reason)
    case 'tick':
      return view.now - state.since < HELLO_TIMEOUT_MS ? [state, []] : close('slow', 'no hello')
    case 'applied':
    case 'learned':
    case 'confirm':
    case 'stored':
    case 'membership':
    case 'announce':
    case 'nudged':
      return [state, []]
    default:
      return unreachable(event)
  }
}

function stepOpen(state: Open, event: SessionEvent, view: View): Step {
  switch (event.kind) {
    case 'connected':
      return [state, []]
    case 'message':
      return hear(state, event.message, event.size, view)
    case 'unreadable':
      return close(event.code, event.reason)
    case 'applied': {
      const fetch = state.fetches.get(event.log)
      if (fetch === undefined) return [state, []]
      return chain(takeOutcome(state, fetch, event.size, event.outcome, view), open =>
        // It may name a membership entry that the peer has by now.
        event.outcome.refusal?.code === 'gap'
          ? chain(askMore(open, view), asked => probe(asked, view))
          : goOn(open, view),
      )
    }
    case 'learned':
      return goOn(learn(state, event.positions, view), view)
    case 'confirm': {
      const items = event.items.filter(({ log }) => view.position(log) !== undefined)
      return [state, items.length === 0 ? [] : [send({ kind: 'confirm', items })]]
    }
    case 'stored':
      return tellStored(state, view)
    case 'membership':
      return chain(reconsider(state, event.access, view), open =>
        chain(event.access ? tellStored(open, view) : [open, []], told => goOn(told, view)),
      )
    case 'announce':
      return [state, announce(event.positions, view)]
    case 'nudged':
      return probe(state, view)
    case 'tick':
      return chain(checkStall(state, view), open => turn(open, event.jitter, view))
    default:
      return unreachable(event)
  }
}

/** A message from a peer that has said hello. */
function hear(state: Open, message: Message, size: number, view: View): Step {
  if (message.kind === 'page') return hearPage(state, message, size, view)
  const allowance = spend(state.allowance, size, view.now)
  if (allowance === null) return close('flood', 'more messages than the allowance')
  const open = { ...state, allowance }
  switch (message.kind) {
    case 'hello':
      return close('malformed', 'a second hello')
    case 'probe':
      return hearProbe(open, message, view)
    case 'compare':
      return [open, answerCompare(message, view).map(send)]
    case 'heads':
      return hearHeads(open, message, view)
    case 'want':
      return [open, [{ kind: 'serve', items: message.items }]]
    case 'inSync':
      return message.root === rootOf(summaryOf(view)) ? agree(open, summaryOf(view)) : [open, []]
    case 'confirm':
      return oweAll(open, message.items, view) ?? close('flood', 'too much to confirm')
    case 'confirmed':
      return [open, [{ kind: 'confirmed', items: message.items }]]
    case 'peers':
      return [open, [{ kind: 'met', known: message.known }]]
    case 'refuse':
      return refusedBy(message.code, message.reason)
    default:
      return unreachable(message)
  }
}

/** The first hello: the same mesh and version, or goodbye. */
function welcome({ allowance }: Greeting, hello: Hello, view: View): Step {
  if (hello.mesh !== view.mesh) return close('mesh', 'another mesh')
  const { digest, peers } = view.known()
  const effects: Effect[] = [{ kind: 'met', known: [{ node: view.peer, addresses: hello.addresses }] }]
  if (digest !== hello.known) effects.push(send({ kind: 'peers', known: peers }))
  const open: Open = {
    phase: 'open',
    settled: false,
    wanted: [],
    fetches: new Map(),
    refused: new Map(),
    reread: new Set(),
    givenUp: 0,
    waitingSince: null,
    asideUntil: 0,
    stalls: 0,
    progressed: false,
    probeAt: view.now + ANTI_ENTROPY_MS,
    pullAt: view.now + view.pullMs,
    root: null,
    owed: new Map(),
    told: digest,
    allowance,
  }
  // Both know both summaries; one of them is enough to begin.
  const [state, answers] = compared(open, hello.summary, true, view.self > view.peer, view)
  return [state, [...effects, ...answers]]
}

function hearProbe(state: Open, { summary, pull }: Probe, view: View): Step {
  const mine = summaryOf(view)
  const [open, effects] = compared(state, summary, pull, true, view)
  const equal = rootOf(summary) === rootOf(mine)
  return [open, equal ? [send({ kind: 'inSync', root: rootOf(mine) }), ...effects] : effects]
}

/** Their summary against ours: in sync, or something to say. */
function compared(state: Open, theirs: Summary, pull: boolean, answer: boolean, view: View): Step<Open> {
  const mine = summaryOf(view)
  if (rootOf(theirs) === rootOf(mine)) return agree(state, mine)
  const open = { ...state, settled: theirs.membership === mine.membership, root: null }
  return [open, answer ? answerSummary(theirs, pull, view).map(send) : []]
}

function agree(state: Open, mine: Summary): Step<Open> {
  const root = rootOf(mine)
  return [{ ...state, settled: true, wanted: [], root }, [{ kind: 'synced', root }]]
}

function hearHeads(state: Open, heads: Heads, view: View): Step {
  const replies = answerHeads(heads, view).map(send)
  const settled = state.settled || heads.lists.some(list => list.prefix === MEMBERSHIP_PREFIX)
  const items = heads.lists.flatMap(list => list.items)
  const [open, effects] = goOn(learn({ ...state, settled }, items, view), view)
  return [open, [...replies, ...effects]]
}

function hearPage(state: Open, page: Page, size: number, view: View): Step {
  const fetch = state.fetches.get(page.log)
  if (fetch?.asked?.from === page.from) {
    return chain(takePage(state, fetch, page, size, view), open => goOn(open, view))
  }
  if (state.givenUp === 0) return close('unasked', 'a page nobody asked for')
  return [{ ...state, givenUp: state.givenUp - 1 }, []]
}

function announce(positions: readonly Position[], view: View): readonly Effect[] {
  const items = positions.filter(({ log }) => view.position(log) !== undefined)
  if (items.length === 0) return []
  const told = items.slice(0, HEADS_PER_MESSAGE_MAX)
  return [send({ kind: 'heads', tree: 'push', lists: [{ prefix: '', complete: false, items: told }] })]
}

/** Asks for more; when nothing is missing any more, compares again, for only that says that all is there. */
function goOn(state: Open, view: View): Step<Open> {
  return chain(askMore(state, view), open => {
    const isDone = open.wanted.length === 0 && open.fetches.size === 0
    return isDone && open.progressed ? probe(open, view) : [open, []]
  })
}

function turn(state: Open, jitter: number, view: View): Step {
  if (state.stalls >= STALLS_MAX) return close('slow', 'pages asked for did not come')
  return chain(askMore(state, view), open => {
    if (view.now < open.probeAt || open.fetches.size > 0) return [open, []]
    const probeAt = view.now + ANTI_ENTROPY_MS * (0.75 + jitter / 2)
    return chain(tellPeers(open, view), told => probe({ ...told, probeAt }, view))
  })
}

function probe(state: Open, view: View): Step<Open> {
  const pull = view.now >= state.pullAt
  const pullAt = pull ? view.now + view.pullMs : state.pullAt
  const probeAt = Math.max(state.probeAt, view.now + ANTI_ENTROPY_MS / 2)
  const open = { ...state, progressed: false, pullAt, probeAt }
  return [open, [send({ kind: 'probe', summary: summaryOf(view), pull })]]
}

/** Addresses that became known since the peer was told. */
function tellPeers(state: Open, view: View): Step<Open> {
  const { digest, peers } = view.known()
  if (digest === state.told) return [state, []]
  return [{ ...state, told: digest }, [send({ kind: 'peers', known: peers })]]
}

function helloOf(view: View): Hello {
  return {
    kind: 'hello',
    version: PROTOCOL_VERSION,
    mesh: view.mesh,
    summary: summaryOf(view),
    addresses: [...view.addresses()],
    known: view.known().digest,
  }
}

function send(message: Message): Effect {
  return { kind: 'send', message }
}

function close(code: RefusalCode, reason: string): Step {
  return [{ phase: 'closed' }, [{ kind: 'close', code, reason, tell: true }]]
}

function refusedBy(code: RefusalCode, reason: string): Step {
  return [{ phase: 'closed' }, [{ kind: 'close', code, reason, tell: false }]]
}

function chain<State extends Session>(first: Step<Open>, then: (open: Open) => Step<State>): Step<State> {
  const [open, effects] = first
  const [state, more] = then(open)
  return [state, [...effects, ...more]]
}
