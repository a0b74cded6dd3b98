import { randomFillSync } from 'node:crypto'
import type { Clock, Random } from '@folkmoot/core'

export const systemClock: Clock = { now: () => Date.now() }

/** Bytes drawn at once: a draw costs microseconds however short it is, and every write needs a few bytes. */
const POOL_BYTES = 4096
const pool = new Uint8Array(POOL_BYTES)
let used = POOL_BYTES

export const systemRandom: Random = {
  bytes(length) {
    if (length > POOL_BYTES) return randomFillSync(new Uint8Array(length))
    if (used + length > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    used += length
    return pool.slice(used - length, used)
  },
}
