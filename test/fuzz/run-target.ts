/** Feeds one decoder, and stops at the first input that it breaks its word on. */
import { getHeapStatistics } from 'node:v8'
import { FolkmootError } from '@folkmoot/core'
import { WireError } from '@folkmoot/gateway'
import { Inputs } from './inputs.ts'
import type { Target } from './target.ts'

/** What one input may take, whatever it says of itself: a machine with other things to do gets a second try. */
const MS_MAX = 250
/** Bytes that one input may allocate: some for anything, and a share of its size. */
const ALLOCATED_MAX = 24 * 1024 * 1024
const ALLOCATED_PER_BYTE_MAX = 2048
const TRIES = 3

export interface Tally {
  readonly name: string
  readonly inputs: number
  readonly accepted: number
  readonly refused: number
  readonly seconds: number
  readonly slowestMs: number
}

export interface Failure {
  readonly name: string
  readonly input: Uint8Array
  readonly index: number
  readonly why: string
}

interface Outcome {
  readonly accepted: boolean
  readonly ms: number
  readonly allocated: number
}

export async function runTarget(target: Target, count: number, seed: string): Promise<Tally | Failure> {
  const inputs = await Inputs.of(target, seed)
  const started = performance.now()
  let [accepted, slowestMs] = [0, 0]
  for (let index = 0; index < count; index++) {
    const { input, isSample } = inputs.next()
    const fail = (why: string): Failure => ({ name: target.name, input, index, why })
    try {
      const pending = attempt(target, input)
      const outcome = pending instanceof Promise ? await pending : pending
      if (isSample && !outcome.accepted) return fail('a good sample is refused')
      const excess = await confirmedExcess(target, input, outcome)
      if (excess !== undefined) return fail(excess)
      accepted += outcome.accepted ? 1 : 0
      slowestMs = Math.max(slowestMs, outcome.ms)
    } catch (error) {
      return fail(error instanceof Error ? (error.stack ?? error.message) : `threw ${String(error)}`)
    }
  }
  const seconds = (performance.now() - started) / 1000
  return { name: target.name, inputs: count, accepted, refused: count - accepted, seconds, slowestMs }
}

/** Only what is slow or greedy each time is the decoder's own doing. */
async function confirmedExcess(
  target: Target,
  input: Uint8Array,
  first: Outcome,
): Promise<string | undefined> {
  const allocatedMax = ALLOCATED_MAX + ALLOCATED_PER_BYTE_MAX * input.length
  let [{ ms, allocated }] = [first]
  for (let tries = 1; tries < TRIES && (ms > MS_MAX || allocated > allocatedMax); tries++) {
    const again = await attempt(target, input)
    ms = Math.min(ms, again.ms)
    allocated = Math.min(allocated, again.allocated)
  }
  if (ms > MS_MAX) return `took ${ms.toFixed(0)} ms, ${TRIES} times`
  if (allocated > allocatedMax) return `allocated ${allocated} bytes for an input of ${input.length}`
  return undefined
}

function attempt(target: Target, input: Uint8Array): Outcome | Promise<Outcome> {
  const before = memory()
  const started = performance.now()
  const outcome = (accepted: boolean): Outcome => {
    return { accepted, ms: performance.now() - started, allocated: memory() - before }
  }
  const refused = (error: unknown): Outcome => {
    if (!isRefusal(target, error)) throw error
    return outcome(false)
  }
  try {
    const taken = target.take(input)
    return typeof taken === 'boolean' ? outcome(taken) : taken.then(outcome, refused)
  } catch (error) {
    return refused(error)
  }
}

function isRefusal({ refuses }: Target, error: unknown): boolean {
  return error instanceof FolkmootError || error instanceof WireError || refuses?.(error) === true
}

function memory(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}
