/** A branch and its node write as two nodes of one mesh write that do not hear of each other for a while. */
import { join } from 'node:path'
import {
  type DocumentRow,
  erase,
  keyedDocumentId,
  type Plan,
  parseScope,
  remember,
  retract,
  scopeId,
  tag,
} from '@folkmoot/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MemoryNode } from '../api.ts'
import { openNode } from '../open-node.ts'
import { foundMeshIn, type HandNode, newHome } from '../testing/hand-node.ts'

const SCOPE = parseScope('app=default')
const KEYS = ['a', 'b', 'c'] as const
const EVERYTHING = { scope: '*', rights: ['read' as const, 'write' as const] }

type Act =
  | { readonly kind: 'remember'; readonly key: string; readonly value: string }
  | { readonly kind: 'tag'; readonly key: string; readonly value: string }
  | { readonly kind: 'retract' | 'erase'; readonly key: string; readonly value: string }
type Side = 'here' | 'away'
type Step = { readonly side: Side; readonly act: Act }

const acts: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('remember', 'remember', 'remember', 'tag', 'retract', 'erase'),
  key: fc.constantFrom(...KEYS),
  value: fc.constantFrom('one', 'two', 'three', 'four'),
})
const steps = fc.array(fc.record({ side: fc.constantFrom<Side>('here', 'away'), act: acts }), {
  maxLength: 14,
})

let home: string
let clear: () => void
beforeEach(() => {
  ;({ home, clear } = newHome())
})
afterEach(() => clear())

/** What anybody can see of a memory, but for who said it and when. */
function seen(row: DocumentRow | undefined) {
  if (row === undefined) return 'absent'
  if (row.erased) return 'erased'
  const values = (row.registers.content ?? []).map(({ value, ended }) => (ended ? 'retracted' : value))
  const tags = Object.values(row.sets).flat().map(String)
  return { values: values.sort(), tags: tags.sort(), disputed: row.conflicts.map(({ register }) => register) }
}

/** The same act on a node: what cannot be done, as on a memory that is not there, is left. */
async function doOnNode(node: MemoryNode, { kind, key, value }: Act): Promise<void> {
  try {
    if (kind === 'remember') await node.remember(value, { key })
    else if (kind === 'tag') await node.tag(key, { add: [value] })
    else await node[kind]((await node.get(key))?.id ?? '')
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^(not-found|erased|usage)$/) })
  }
}

async function withBranch(dir: string, before: readonly Act[], during: readonly Step[]) {
  const node = await openNode({ dir, name: 'ann', offline: true })
  try {
    for (const act of before) await doOnNode(node, act)
    await node.createBranch('away')
    const branch = await node.branch('away')
    for (const { side, act } of during) await doOnNode(side === 'here' ? node : branch, act)
    expect(await node.merge('away')).toMatchObject({ refused: [], kept: false })
    expect(await node.verify()).toMatchObject({ valid: true, rowsDiffer: 0 })
    const memories = await Promise.all(KEYS.map(key => node.get(key)))
    return memories.map(memory => seen(memory?.row))
  } finally {
    await node.close()
  }
}

async function doByHand(node: HandNode, act: Act): Promise<void> {
  const id = idOf(node, act.key)
  const row = node.replica.storage.rows.get(id)
  if (act.kind !== 'remember' && (row === undefined || row.erased)) return
  try {
    await node.write(planOf(node, id, act))
  } catch (error) {
    expect(error).toMatchObject({ code: 'erased' })
  }
}

function idOf({ replica }: HandNode, key: string) {
  return keyedDocumentId(scopeId(replica.names, SCOPE), 'record', key)
}

function planOf({ replica, node }: HandNode, id: DocumentRow['id'], { kind, key, value }: Act): Plan {
  if (kind === 'tag') return tag(id, [value], [])
  if (kind === 'retract') return retract(id)
  if (kind === 'erase') return erase(id)
  return remember({ scope: SCOPE, content: value, key }, { names: replica.names, node })
}

async function withTwoNodes(at: string, before: readonly Act[], during: readonly Step[]) {
  const here = await foundMeshIn(at)
  const away = await here.admit('bob', 'admin', EVERYTHING)
  try {
    for (const act of before) await doByHand(here, act)
    await away.pull(here)
    for (const { side, act } of during) await doByHand(side === 'here' ? here : away, act)
    await here.pull(away)
    return KEYS.map(key => seen(here.replica.storage.rows.get(idOf(here, key))))
  } finally {
    await here.close()
    await away.close()
  }
}

test('merging a branch gives what two nodes have when they meet', async () => {
  let run = 0
  let disputes = 0
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { maxLength: 5 }), steps, async (before, during) => {
      const at = join(home, String(run++))
      const merged = await withBranch(join(at, 'one'), before, during)
      expect(merged).toEqual(await withTwoNodes(join(at, 'two'), before, during))
      disputes += merged.filter(told => typeof told === 'object' && told.values.length > 1).length
    }),
    { numRuns: 15, examples: [[[], [step('here', 'one'), step('away', 'two')]]] },
  )
  expect(disputes).toBeGreaterThan(0)
}, 120_000)

function step(side: Side, value: string): Step {
  return { side, act: { kind: 'remember', key: 'a', value } }
}
