/** Runs the machine: hands it what happens, does what it says, and owns the timer and the calls under way. */
import { FolkmootError, type NodeId, type ScopeAddress } from '@folkmoot/core'
import type { Judge, Tokens } from '../judge.ts'
import { JudgeUnavailableError } from '../judge-unavailable-error.ts'
import { freeFrom } from './breaker.ts'
import type { Docket } from './docket.ts'
import { step } from './machine.ts'
import { wakeAt } from './proceed.ts'
import {
  type Budget,
  CONCURRENCY,
  checkSettings,
  NO_LIMITS,
  TIMES,
  type Times,
  timesFor,
} from './settings.ts'
import { roomFrom } from './spending.ts'
import { type ArbiterEvent, type ArbiterState, type Effect, newArbiterState, type Outcome } from './state.ts'
import { type ArbiterStatus, statusOf } from './status.ts'
import type { Timers } from './timers.ts'

export interface ArbiterParts {
  readonly node: NodeId
  readonly docket: Docket
  /** Without one, only rules decide. */
  readonly judge?: Judge
  readonly timers: Timers
  readonly concurrency?: number
  readonly budget?: Partial<Budget>
  /** How long a claim holds, in milliseconds; what depends on it is worked out. */
  readonly claimMs?: number
  readonly times?: Partial<Times>
}

/** Timers hold no more than 24 days; and a clock that was set is noticed within the hour. */
const SLEEP_MS_MAX = 3_600_000

export class Arbiter {
  readonly #docket: Docket
  readonly #judge: Judge | undefined
  readonly #timers: Timers
  readonly #calls = new Map<number, AbortController>()
  readonly #changed = new Set<string>()
  #outcomes: Outcome[] = []
  #state: ArbiterState
  #isRunning = false
  #isFlushing = false
  #wakesAt: number | undefined
  #wake = () => {}

  /** @throws UsageError if a setting makes no sense */
  constructor({ node, docket, judge, timers, concurrency = CONCURRENCY, ...wishes }: ArbiterParts) {
    const { budget, claimMs = TIMES.lease, times } = wishes
    const settings = {
      ...{ node, concurrency, hasJudge: judge !== undefined },
      budget: { ...NO_LIMITS, ...budget },
      times: { ...TIMES, ...timesFor(claimMs), ...times },
    }
    checkSettings(settings)
    this.#docket = docket
    this.#judge = judge
    this.#timers = timers
    this.#state = newArbiterState(settings)
  }

  start(): void {
    this.#isRunning = true
    this.relist()
  }

  /** Breaks off what is being judged. A claim that was made is left to run out: others take over then. */
  stop(): void {
    this.#isRunning = false
    this.#wake()
    for (const controller of this.#calls.values()) controller.abort()
    this.#calls.clear()
  }

  /** These conflicts may be other than they were. */
  changed(ids: Iterable<string>): void {
    for (const id of ids) this.#changed.add(id)
    if (this.#changed.size > 0) this.#flushSoon()
  }

  /** Anything may be other than it was. */
  relist(): void {
    if (!this.#isRunning) return
    const open = this.#docket.open().map(conflict => [conflict.id, conflict] as const)
    const ids = new Set(open.map(([id]) => id))
    const gone = [...this.#state.matters.keys()]
      .filter(id => !ids.has(id))
      .map(id => [id, undefined] as const)
    for (const id of ids) this.#changed.delete(id)
    this.#tell({ event: 'news', at: this.#timers.now(), looks: [...open, ...gone], outcomes: [] })
  }

  status(): ArbiterStatus {
    return statusOf(this.#state, this.#judge?.name ?? null, this.#timers.now())
  }

  /**
   * Asks the judge something else than a conflict, on the same budget and behind the same breaker.
   * @throws JudgeUnavailableError also while there is no room for it
   */
  async ask<Answer extends { readonly tokens: Tokens }>(
    scope: ScopeAddress,
    question: () => Promise<Answer>,
  ): Promise<Answer> {
    const { breaker, calls, settings, nextCall: call } = this.#state
    const now = this.#timers.now()
    const from = Math.max(freeFrom(breaker), roomFrom(calls, settings.budget, scope, now))
    if (from > now)
      throw new JudgeUnavailableError(
        breaker.state === 'closed'
          ? 'the budget of this hour is spent'
          : 'the judge failed, and is left alone',
        Number.isFinite(from) ? from - now : null,
      )
    this.#tell({ event: 'asked', at: now, scope })
    try {
      const answer = await question()
      const { input, output } = answer.tokens
      this.#tell({ event: 'answered', at: this.#timers.now(), call, tokens: input + output })
      return answer
    } catch (error) {
      if (error instanceof JudgeUnavailableError) {
        const { message, retryAfterMs } = error
        this.#tell({ event: 'unanswered', at: this.#timers.now(), message, retryAfterMs })
      }
      throw error
    }
  }

  /** Many changes and outcomes come at once: they are told together. */
  #flushSoon(): void {
    if (this.#isFlushing || !this.#isRunning) return
    this.#isFlushing = true
    this.#timers.after(0, () => {
      this.#isFlushing = false
      if (!this.#isRunning) return
      const outcomes = this.#outcomes.splice(0)
      for (const { id } of outcomes) this.#changed.add(id)
      const looks = [...this.#changed].map(id => [id, this.#docket.find(id)] as const)
      this.#changed.clear()
      this.#tell({ event: 'news', at: this.#timers.now(), looks, outcomes })
    })
  }

  #tell(event: ArbiterEvent): void {
    if (!this.#isRunning) return
    const [state, effects] = step(this.#state, event)
    this.#state = state
    for (const effect of effects) this.#do(effect)
    this.#sleep()
  }

  #do(effect: Effect): void {
    switch (effect.do) {
      case 'claim':
        this.#write(effect.id, () => this.#docket.claim(effect.id, effect.until, effect.seen))
        return
      case 'settle':
        this.#write(effect.id, () => this.#docket.settle(effect.id, effect.ruling, effect.seen))
        return
      case 'judge':
        void this.#judgeCase(effect.id, effect.call)
        return
      case 'cancel':
        this.#calls.get(effect.call)?.abort()
        this.#calls.delete(effect.call)
    }
  }

  #write(id: string, write: () => Promise<void>): void {
    const done = (outcome: Outcome) => {
      this.#outcomes.push(outcome)
      this.#flushSoon()
    }
    // Inside a promise, so that what is thrown at once comes the same way.
    Promise.resolve()
      .then(write)
      .then(
        () => done({ id }),
        (error: unknown) => done({ id, failure: failureOf(error) }),
      )
  }

  async #judgeCase(id: string, call: number): Promise<void> {
    const controller = new AbortController()
    this.#calls.set(call, controller)
    const told = await this.#verdictOn(id, call, controller.signal)
    // Another step may be under way that has given it up.
    this.#calls.delete(call)
    this.#tell({ at: this.#timers.now(), ...told })
  }

  async #verdictOn(id: string, call: number, signal: AbortSignal): Promise<Told> {
    // Not at once: the step that asks for it has to end first.
    await Promise.resolve()
    try {
      const question = this.#docket.caseOf(id)
      if (question === undefined || this.#judge === undefined) return { event: 'no-case', id, call }
      const judgement = await this.#judge.judge(question, signal)
      return { event: 'verdict', id, call, judgement, cause: question.cause }
    } catch (error) {
      if (isAbort(error) || signal.aborted) return { event: 'aborted', id, call }
      const retryAfterMs = error instanceof JudgeUnavailableError ? error.retryAfterMs : null
      return { event: 'failure', id, call, message: failureOf(error).message, retryAfterMs }
    }
  }

  #sleep(): void {
    const now = this.#timers.now()
    const at = wakeAt(this.#state, now)
    if (at === this.#wakesAt && at !== undefined && at > now) return
    this.#wake()
    this.#wakesAt = at
    this.#wake = () => {}
    if (at === undefined) return
    this.#wake = this.#timers.after(Math.min(SLEEP_MS_MAX, at - now), () => {
      this.#wakesAt = undefined
      this.#tell({ event: 'tick', at: this.#timers.now() })
    })
  }
}

type Told =
  Extract<ArbiterEvent, { id: string }> extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

function failureOf(error: unknown): NonNullable<Outcome['failure']> {
  if (error instanceof FolkmootError) return { code: error.code, message: error.message }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}
