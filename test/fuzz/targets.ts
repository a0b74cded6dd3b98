/** Every decoder that takes bytes from outside: from peers, from disk, from the doors of the machine, from people. */
import type { Target } from './target.ts'
import { CORE_TARGETS } from './targets/core-targets.ts'
import { GATEWAY_TARGETS } from './targets/gateway-targets.ts'
import { KEY_TARGETS } from './targets/key-targets.ts'
import { MEMBERSHIP_TARGETS } from './targets/membership-targets.ts'
import { SYNC_TARGETS } from './targets/sync-targets.ts'
import { TEXT_TARGETS } from './targets/text-targets.ts'

export const TARGETS: readonly Target[] = [
  ...CORE_TARGETS,
  ...MEMBERSHIP_TARGETS,
  ...SYNC_TARGETS,
  ...KEY_TARGETS,
  ...TEXT_TARGETS,
  ...GATEWAY_TARGETS,
]

/** How many inputs of a total each target gets: fewer where one costs more. */
export function sharesOf(targets: readonly Target[], total: number): readonly number[] {
  const weights = targets.map(({ cost = 1 }) => 1 / cost)
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return weights.map(weight => Math.ceil((total * weight) / sum))
}
