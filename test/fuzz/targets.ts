/** Every decoder that takes bytes from outside: from peers, from disk, from the doors of the machine, from models, from people. */
import type { Target } from './target.ts'
import { ARBITER_TARGETS } from './targets/arbiter-targets.ts'
import { COMMAND_TARGETS } from './targets/command-targets.ts'
import { CORE_TARGETS } from './targets/core-targets.ts'
import { DISPUTE_TARGETS } from './targets/dispute-targets.ts'
import { GATEWAY_TARGETS } from './targets/gateway-targets.ts'
import { JUDGE_TARGETS } from './targets/judge-targets.ts'
import { KEY_TARGETS } from './targets/key-targets.ts'
import { LADDER_TARGETS } from './targets/ladder-targets.ts'
import { MEMBERSHIP_TARGETS } from './targets/membership-targets.ts'
import { OPERATION_TARGETS } from './targets/operation-targets.ts'
import { POLICY_TARGETS } from './targets/policy-targets.ts'
import { SYNC_TARGETS } from './targets/sync-targets.ts'
import { TEXT_TARGETS } from './targets/text-targets.ts'

export const TARGETS: readonly Target[] = [
  ...CORE_TARGETS,
  ...DISPUTE_TARGETS,
  ...POLICY_TARGETS,
  ...MEMBERSHIP_TARGETS,
  ...SYNC_TARGETS,
  ...KEY_TARGETS,
  ...TEXT_TARGETS,
  ...ARBITER_TARGETS,
  ...JUDGE_TARGETS,
  ...LADDER_TARGETS,
  ...GATEWAY_TARGETS,
  ...OPERATION_TARGETS,
  ...COMMAND_TARGETS,
]

/** How many inputs of a total each target gets: fewer where one costs more. */
export function sharesOf(targets: readonly Target[], total: number): readonly number[] {
  const weights = targets.map(({ cost = 1 }) => 1 / cost)
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return weights.map(weight => Math.ceil((total * weight) / sum))
}
