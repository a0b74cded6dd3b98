import {
  BYTES_BURST_MAX,
  BYTES_PER_SECOND_MAX,
  MESSAGES_BURST_MAX,
  MESSAGES_PER_SECOND_MAX,
} from './limits.ts'

/** What a peer may still send before it counts as a flood: two leaky buckets. */
export interface Allowance {
  readonly at: number
  readonly messages: number
  readonly bytes: number
}

export function fullAllowance(now: number): Allowance {
  return { at: now, messages: MESSAGES_BURST_MAX, bytes: BYTES_BURST_MAX }
}

/** Null: there is nothing left to spend. A clock that went back refills nothing. */
export function spend({ at, messages, bytes }: Allowance, size: number, now: number): Allowance | null {
  const seconds = Math.max(0, now - at) / 1000
  const left = {
    at: now,
    messages: Math.min(MESSAGES_BURST_MAX, messages + seconds * MESSAGES_PER_SECOND_MAX) - 1,
    bytes: Math.min(BYTES_BURST_MAX, bytes + seconds * BYTES_PER_SECOND_MAX) - size,
  }
  return left.messages < 0 || left.bytes < 0 ? null : left
}
