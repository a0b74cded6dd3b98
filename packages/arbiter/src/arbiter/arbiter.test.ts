import { CLAIM_MS_MAX, FolkmootError } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import type { Case, Judge, Judgement } from '../judge.ts'
import { JudgeUnavailableError } from '../judge-unavailable-error.ts'
import { Arbiter, type ArbiterParts } from './arbiter.ts'
import type { Docket, OpenConflict, Ruling } from './docket.ts'
import { TIMES, timesFor } from './settings.ts'
import { claimBy, conflictOf, decisionFor, judgementOf, NOW, SELF } from './testing/conflicts.ts'

/** Time that goes on when it is told to. */
class Hand {
  ms = NOW
  #due: { at: number; work: () => void }[] = []
  readonly timers = {
    now: () => this.ms,
    after: (ms: number, work: () => void) => {
      const one = { at: this.ms + ms, work }
      this.#due.push(one)
      return () => {
        this.#due = this.#due.filter(other => other !== one)
      }
    },
  }

  /** Lets promises be kept, and what is due happen, until nothing more does. */
  async pass(ms = 0): Promise<void> {
    this.ms += ms
    for (let idle = 0; idle < 20; idle++) {
      await undefined
      const due = this.#due.filter(({ at }) => at <= this.ms)
      if (due.length === 0) continue
      idle = 0
      this.#due = this.#due.filter(one => !due.includes(one))
      for (const { work } of due) work()
    }
  }
}

/** A docket whose conflicts are settled by what is written to it. */
class Papers implements Docket {
  readonly conflicts = new Map<string, OpenConflict>()
  readonly settled: { id: string; ruling: Ruling }[] = []
  readonly hand: Hand
  failure: FolkmootError | undefined
  hasCase = true

  constructor(hand: Hand, ...conflicts: readonly OpenConflict[]) {
    this.hand = hand
    for (const conflict of conflicts) this.conflicts.set(conflict.id, conflict)
  }

  open() {
    return [...this.conflicts.values()]
  }

  find(id: string) {
    return this.conflicts.get(id)
  }

  caseOf(id: string): Case | undefined {
    return this.hasCase ? ({ id, cause: 'concurrent-values' } as Case) : undefined
  }

  async claim(id: string, until: number) {
    if (this.failure !== undefined) throw this.failure
    const conflict = this.conflicts.get(id)
    if (conflict !== undefined) this.conflicts.set(id, { ...conflict, claims: [claimBy(SELF, until)] })
  }

  async settle(id: string, ruling: Ruling) {
    if (this.failure !== undefined) throw this.failure
    this.settled.push({ id, ruling })
    this.conflicts.delete(id)
  }
}

function judgeThat(answers: (question: Case, signal: AbortSignal) => Promise<Judgement>): Judge {
  return { name: 'stub', judge: answers, reconcile: () => Promise.reject(new Error('not asked')) }
}

const decisive = judgeThat(async () => judgementOf({ kind: 'pick', pick: 2 }))
/** Thinks until it is told to stop. */
const endless = judgeThat(
  (_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
)

function arbiterWith(papers: Papers, more: Partial<ArbiterParts> = {}): Arbiter {
  return new Arbiter({ node: SELF, docket: papers, timers: papers.hand.timers, ...more })
}

describe('an arbiter', () => {
  test('settles what it finds at the start, by rule and by judgement', async () => {
    const hand = new Hand()
    const papers = new Papers(
      hand,
      conflictOf('judged'),
      conflictOf('ruled', { decision: decisionFor('latest') }),
    )
    const arbiter = arbiterWith(papers, { judge: decisive })
    arbiter.start()
    await hand.pass()
    expect(papers.settled.map(({ id, ruling }) => [id, ruling.judge]).sort()).toEqual([
      ['judged', 'model'],
      ['ruled', 'rule'],
    ])
    expect(arbiter.status()).toMatchObject({ model: 'stub', queued: 0, tallies: { byRule: 1, byModel: 1 } })
  })

  test('settles what it is told of', async () => {
    const hand = new Hand()
    const papers = new Papers(hand)
    const arbiter = arbiterWith(papers, { judge: decisive })
    arbiter.start()
    papers.conflicts.set('late', conflictOf('late'))
    arbiter.changed(['late', 'nothing'])
    await hand.pass()
    expect(papers.settled.map(({ id }) => id)).toEqual(['late'])
  })

  test('without a judge leaves what is not for rules', async () => {
    const hand = new Hand()
    const papers = new Papers(hand, conflictOf('judged'))
    const arbiter = arbiterWith(papers)
    arbiter.start()
    await hand.pass(1e9)
    expect(papers.settled).toEqual([])
    expect(arbiter.status()).toMatchObject({ model: null, queued: 0 })
  })

  test('aborts the call when the conflict is settled by somebody else', async () => {
    const hand = new Hand()
    const papers = new Papers(hand, conflictOf('c'))
    const arbiter = arbiterWith(papers, { judge: endless })
    arbiter.start()
    await hand.pass()
    expect(arbiter.status().judging).toEqual(['c'])
    papers.conflicts.delete('c')
    arbiter.changed(['c'])
    await hand.pass()
    expect(arbiter.status()).toMatchObject({ judging: [], tallies: { failed: 0 } })
  })

  test('aborts a call that takes too long, and says so', async () => {
    const hand = new Hand()
    const arbiter = arbiterWith(new Papers(hand, conflictOf('c')), { judge: endless })
    arbiter.start()
    await hand.pass()
    await hand.pass(TIMES.judgement)
    expect(arbiter.status()).toMatchObject({
      tallies: { failed: 1 },
      lastError: 'there was no verdict in time',
    })
  })

  test('claims for as long as it is told, and gives up while there is time to say so', async () => {
    const hand = new Hand()
    const papers = new Papers(hand, conflictOf('c'))
    const arbiter = arbiterWith(papers, { judge: endless, claimMs: 10_000 })
    arbiter.start()
    await hand.pass()
    expect(papers.conflicts.get('c')?.claims).toEqual([claimBy(SELF, NOW + 10_000)])
    await hand.pass(7_999)
    expect(arbiter.status().tallies.failed).toBe(0)
    await hand.pass(1)
    expect(arbiter.status().tallies.failed).toBe(1)
  })

  test('[AR7] goes on with a short claim of its own while a fifth of it is left', async () => {
    for (const [left, resumed] of [
      [2_000, 1],
      [1_999, 0],
    ] as const) {
      const hand = new Hand()
      const papers = new Papers(hand, conflictOf('c', { claims: [claimBy(SELF, NOW + left)] }))
      const arbiter = arbiterWith(papers, { judge: endless, claimMs: 10_000 })
      arbiter.start()
      await hand.pass()
      expect(arbiter.status().tallies.resumed).toBe(resumed)
    }
  })

  test('has the times of the table where nobody says how long a claim holds', () => {
    expect(timesFor(TIMES.lease)).toEqual({
      lease: TIMES.lease,
      judgement: TIMES.judgement,
      goOn: TIMES.goOn,
    })
  })

  test('leaves a judge alone that asks for it', async () => {
    const hand = new Hand()
    const tired = judgeThat(() => Promise.reject(new JudgeUnavailableError('too many requests', 90_000)))
    const arbiter = arbiterWith(new Papers(hand, conflictOf('c')), { judge: tired })
    arbiter.start()
    await hand.pass()
    expect(arbiter.status()).toMatchObject({
      breaker: { state: 'open', until: NOW + 90_000 },
      lastError: 'too many requests',
      queued: 1,
    })
  })

  test('tries again what could not be written, when the disk has room', async () => {
    const hand = new Hand()
    const papers = new Papers(hand, conflictOf('c', { decision: decisionFor('latest') }))
    papers.failure = new FolkmootError('disk', 'the disk is full')
    const arbiter = arbiterWith(papers)
    arbiter.start()
    await hand.pass()
    expect(arbiter.status().lastError).toBe('the disk is full')
    papers.failure = undefined
    await hand.pass(TIMES.retry)
    expect(papers.settled).toHaveLength(1)
  })

  test('lets go of a conflict that it may not put before a judge', async () => {
    const hand = new Hand()
    const papers = new Papers(hand, conflictOf('c'))
    papers.hasCase = false
    const arbiter = arbiterWith(papers, { judge: decisive })
    arbiter.start()
    await hand.pass()
    expect(arbiter.status()).toMatchObject({ queued: 0, judging: [], tallies: { failed: 0 } })
  })

  test('[AR9] that is stopped does nothing more', async () => {
    const hand = new Hand()
    const papers = new Papers(hand, conflictOf('c'))
    const arbiter = arbiterWith(papers, { judge: endless })
    arbiter.start()
    await hand.pass()
    arbiter.stop()
    papers.conflicts.set('d', conflictOf('d', { decision: decisionFor('latest') }))
    arbiter.changed(['d'])
    await hand.pass(1e9)
    expect(papers.settled).toEqual([])
  })

  test('forgets what a new list does not name', async () => {
    const hand = new Hand()
    const papers = new Papers(hand, conflictOf('c', { place: 9 }))
    const arbiter = arbiterWith(papers, { judge: decisive })
    arbiter.start()
    expect(arbiter.status().queued).toBe(1)
    papers.conflicts.clear()
    arbiter.relist()
    expect(arbiter.status().queued).toBe(0)
  })

  test.each([
    [{ concurrency: 0 }, 'at least 1'],
    [{ budget: { calls: -1 } }, 'budget of calls'],
    [{ budget: { scopeTokens: 0.5 } }, 'budget of scopeTokens'],
    [{ claimMs: 999 }, 'a claim holds for 1000 to 600000 ms, not 999'],
    [{ claimMs: CLAIM_MS_MAX + 1 }, 'not 600001'],
    [{ claimMs: 1500.5 }, 'not 1500.5'],
  ])('is not made of %o', (more, words) => {
    expect(() => arbiterWith(new Papers(new Hand()), more)).toThrow(words)
  })
})
