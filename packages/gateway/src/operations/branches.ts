import type { BranchReport } from '@folkmoot/node'
import * as v from 'valibot'
import { conflictShape } from './conflict-shapes.ts'
import { flag, name } from './fields.ts'
import { call } from './operation.ts'
import { isoTime } from './shapes.ts'

/** What a comparison calls the memory outside of all branches. */
const NO_BRANCHES: readonly string[] = ['here', 'now']

const newName = v.pipe(
  name,
  v.check(
    given => !NO_BRANCHES.includes(given.toLowerCase()),
    `${NO_BRANCHES.join(' and ')} mean the memory outside of branches: take another name`,
  ),
)

export const createBranch = call(v.strictObject({ name: newName }), async (node, { name }) =>
  branchShape(await node.createBranch(name)),
)

export const listBranches = call(v.strictObject({}), async node => (await node.branches()).map(branchShape))

export const dropBranch = call(v.strictObject({ name }), async (node, { name }) => {
  await node.dropBranch(name)
  return { dropped: name }
})

export const merge = call(
  v.strictObject({ branch: name, keep: v.exactOptional(flag) }),
  async (node, { branch, ...options }) => {
    const { conflicts, ...report } = await node.merge(branch, options)
    return { ...report, conflicts: conflicts.map(conflictShape) }
  },
)

function branchShape({ name, createdAt, bytes, entries }: BranchReport) {
  return { name, at: isoTime(createdAt), bytes, entries }
}
