/** Name -> operation: the one table that every door shares. A name's parameters and answer are its type. */
import type * as v from 'valibot'
import { access, certify, grant, revoke, whoami } from './administration.ts'
import { blame, diff, rollBack, taint, verifyClaim, why } from './beliefs.ts'
import { blockHistory, createBlock, editBlock, listBlocks, showBlock } from './blocks.ts'
import { createBranch, dropBranch, listBranches, merge } from './branches.ts'
import * as importing from './import.ts'
import { down, invite, peers, state, status } from './mesh.ts'
import type { Call, Stream } from './operation.ts'
import { setPolicy, showPolicy, testPolicy } from './policies.ts'
import { conflict, conflicts, get, history, list, search } from './read.ts'
import * as streams from './streams.ts'
import { scan } from './suspicions.ts'
import { endRun, expire } from './tidying.ts'
import { createToken, listTokens, revokeToken } from './tokens.ts'
import { doctor, rebuild, verify } from './upkeep.ts'
import { erase, erasures, remember, resolve, retract, tag, update } from './write.ts'

export const operations = {
  remember,
  update,
  retract,
  tag,
  erase,
  erasures,
  resolve,
  get,
  list,
  search,
  history,
  why,
  blame,
  diff,
  taint,
  rollBack,
  verifyClaim,
  conflicts,
  conflict,
  scan,
  'policy.show': showPolicy,
  'policy.set': setPolicy,
  'policy.test': testPolicy,
  'block.create': createBlock,
  'block.show': showBlock,
  'block.edit': editBlock,
  'block.list': listBlocks,
  'block.history': blockHistory,
  invite,
  grant,
  revoke,
  access,
  certify,
  whoami,
  peers,
  status,
  state,
  watch: streams.watch,
  export: streams.export,
  import: importing.import,
  verify,
  rebuild,
  doctor,
  endRun,
  expire,
  'token.create': createToken,
  'token.list': listTokens,
  'token.revoke': revokeToken,
  'branch.create': createBranch,
  'branch.list': listBranches,
  'branch.drop': dropBranch,
  merge,
  down,
} as const

export type Operations = typeof operations
export type OperationName = keyof Operations

export type CallName = {
  [Name in OperationName]: Operations[Name]['kind'] extends 'call' ? Name : never
}[OperationName]
export type StreamName = Exclude<OperationName, CallName>

export type Params<Name extends OperationName> = v.InferInput<Operations[Name]['params']>
export type Result<Name extends CallName> =
  Operations[Name] extends Call<infer _, infer Answer> ? Answer : never
export type Item<Name extends StreamName> = Operations[Name] extends Stream<infer _, infer One> ? One : never
