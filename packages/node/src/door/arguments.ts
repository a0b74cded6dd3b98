/** What each function of a memory node takes, argument by argument: name and check. Those not named check themselves. */
import type { MemoryNode } from '../api.ts'
import { type Check, listOf, optional } from './check.ts'
import { bytes, text, value } from './kinds.ts'
import * as options from './options.ts'

type Argument = readonly [name: string, check: Check]
type Checked = { readonly [Name in keyof MemoryNode]?: readonly Argument[] }

const id: Argument = ['id', text]

function given(check: Check): Argument {
  return ['options', optional(check)]
}

export const ARGUMENTS = {
  remember: [['value', value], given(options.rememberOptions)],
  rememberMany: [['items', listOf('memories', options.rememberedItem)]],
  update: [id, ['value', value], given(options.basedOptions)],
  retract: [id, given(options.basedOptions)],
  tag: [id, ['change', options.tagChange], given(options.basedOptions)],
  erase: [id, given(options.eraseOptions)],
  resolve: [['conflict', text], ['settlement', options.settlement], given(options.writeOptions)],
  expire: [['options', options.expireOptions]],

  get: [id, given(options.readOptions)],
  list: [given(options.listOptions)],
  search: [['text', text], given(options.searchOptions)],
  scan: [given(options.scanOptions)],
  history: [id, given(options.inScope)],
  conflicts: [given(options.conflictOptions)],
  conflict: [id, given(options.inScope)],
  policy: [['scope', optional(text)]],
  state: [given(options.inScope)],
  watch: [given(options.watchOptions)],
  export: [given(options.exportOptions)],

  why: [id, given(options.whyOptions)],
  blame: [id, given(options.inScope)],
  diff: [['a', options.diffSide], ['b', options.diffSide], given(options.diffOptions)],
  taint: [id, given(options.inScope)],
  rollBack: [id, given(options.rollBackOptions)],
  verifyClaim: [id, ['options', options.verifyClaimOptions]],

  createBlock: [['key', text], ['text', text], given(options.writeOptions)],
  block: [id, given(options.readOptions)],
  editBlock: [id, ['text', text], given(options.writeOptions)],
  applyBlockUpdate: [id, ['update', bytes], given(options.writeOptions)],

  createBranch: [['name', text]],
  branch: [['name', text]],
  merge: [['branch', text], given(options.mergeOptions)],
  dropBranch: [['name', text]],
  endRun: [['run', text]],
} satisfies Checked
