/** A judge in simulated time: slow, moody, and of another opinion than the others; now and then it fails, or hangs. */
import { type Case, type Judge, type Judgement, JudgeUnavailableError, type Verdict } from '@folkmoot/arbiter'
import { sha256, toHex, utf8 } from '@folkmoot/core'
import type { Chance } from '../random.ts'
import type { Schedule } from '../schedule.ts'
import type { Stats } from '../stats.ts'

export interface StubJudgeOptions {
  readonly name: string
  readonly schedule: Schedule
  readonly chance: Chance
  readonly stats: Stats
  /** Emitted when it begins to think, and for how long it will. */
  readonly onThinking: (question: Case, ms: number) => void
}

const THINKING_MS_MAX = 3_000
const HANGS = 0.03
const FAILS = 0.08

export function stubJudge({ name, schedule, chance, stats, onThinking }: StubJudgeOptions): Judge {
  return {
    name,
    judge(question, signal) {
      const mood = chance.next()
      const ms = chance.between(20, THINKING_MS_MAX)
      const judgement = judgementOf(name, question, chance)
      const isDeaf = chance.hit(0.2)
      const retryAfterMs = chance.hit(0.3) ? chance.between(100, 4_000) : null
      stats.count('judge calls')
      onThinking(question, ms)
      return new Promise<Judgement>((resolve, reject) => {
        // Some go on thinking when nobody wants to know any more.
        if (!isDeaf) signal.addEventListener('abort', () => reject(signal.reason))
        if (mood < HANGS) stats.count('judges that hung')
        else if (mood < HANGS + FAILS) {
          stats.count('judges that failed')
          schedule.after(ms, () =>
            reject(new JudgeUnavailableError('the stub does not feel like it', retryAfterMs)),
          )
        } else schedule.after(ms, () => resolve(judgement))
      })
    },
    reconcile: () => Promise.reject(new JudgeUnavailableError('not asked in a simulation')),
  }
}

function judgementOf(name: string, question: Case, chance: Chance): Judgement {
  return {
    verdict: verdictOn(question, name, chance),
    confidence: chance.between(60, 100) / 100,
    // As models do, with the words of what was put before it.
    rationale: `${name} thought about ${question.candidates.map(({ value }) => JSON.stringify(value)).join(' and ')}`,
    model: name,
    promptHash: toHex(sha256(utf8(JSON.stringify(question)))),
    tokens: { input: chance.between(200, 900), output: chance.between(20, 200) },
  }
}

function verdictOn({ candidates }: Case, name: string, chance: Chance): Verdict {
  const mood = chance.next()
  const pick = chance.between(1, candidates.length)
  if (mood < 0.1) return { kind: 'defer' }
  if (mood < 0.25) return { kind: 'merge', value: `${name} merges ${candidates.length}` }
  if (mood < 0.35) {
    const contexts = candidates.map((_, at) => ({ pick: at + 1, when: `${name} says ${at}` }))
    return { kind: 'context', contexts }
  }
  return { kind: 'pick', pick }
}
