/** Three authors argue about one memory in every way there is: whatever they do, and however it travels, all agree. */
import {
  type Conflict,
  canonicalJson,
  claim,
  type DocumentId,
  type DocumentRow,
  decodeBody,
  decodeEntry,
  FolkmootError,
  type Json,
  type Plan,
  rebuild,
  retract,
  type Settlement,
  type SettleOptions,
  settle,
  update,
} from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dispute } from '../../../test/support/dispute.ts'
import { type ModelChange, modelState, undoneIn } from '../../../test/support/reference-model.ts'
import { pull, type TestNode, write } from '../../../test/support/replicas.ts'

const GROUNDS: readonly SettleOptions[] = [
  { judge: 'person' },
  { judge: 'model', model: 'm-1', confidence: 0.4 },
  { judge: 'model', model: 'm-2', confidence: 0.8 },
  { judge: 'rule', rule: 'latest' },
]

const step = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom(
    ...(['update', 'retract', 'pick', 'pick', 'pick', 'value', 'contexts', 'defer', 'undo', 'undo'] as const),
    ...(['claim', 'pull', 'pull', 'pull'] as const),
  ),
  with: fc.nat(3),
  later: fc.nat(3),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
const argument = fc.array(step, { minLength: 3, maxLength: 24, size: 'max' })

/** What one does next on what it has heard so far; undefined if there is nothing to do it to. */
function planOf(row: DocumentRow, { what, with: choice }: Step): Plan | undefined {
  const [conflict] = row.conflicts
  if (what === 'update') return update(row.id, `value ${choice}`)
  if (what === 'retract') return retract(row.id)
  if (conflict === undefined || what === 'pull') return undefined
  if (what === 'claim') {
    const seen = conflict.candidates.map(({ entry }) => entry)
    return claim(row.id, 'content', 1_700_000_000_000 + 1000 * choice, seen)
  }
  return settle(row.id, 'content', settlementOf(what, choice), GROUNDS[choice])
}

function settlementOf(
  what: Exclude<Step['what'], 'update' | 'retract' | 'pull' | 'claim'>,
  choice: number,
): Settlement {
  if (what === 'pick') return { pick: 1 + (choice % 2) }
  if (what === 'value') return { value: `settled ${choice % 2}` }
  if (what === 'contexts') return { contexts: [1, 2].map(pick => ({ pick, when: `case ${pick}` })) }
  return what === 'defer' ? { defer: true } : { undo: true }
}

/** Lives through an argument that begins with two values; then everybody hears everything. */
function live(steps: readonly Step[]) {
  const { id, ann, bob, cid, meet } = dispute()
  const nodes = [ann, bob, cid]
  const rowAt = (at: TestNode) => at.storage.rows.get(id) as DocumentRow
  const met: Conflict[] = []
  for (const one of steps) {
    const at = nodes[one.who] as TestNode
    at.clock.ms += one.later
    if (one.what === 'pull') {
      pull(at, nodes[(one.who + 1 + (one.with % 2)) % 3] as TestNode)
      continue
    }
    const plan = planOf(rowAt(at), one)
    try {
      if (plan !== undefined) met.push(...(write(at, plan).row?.conflicts ?? []))
    } catch (error) {
      // What is settled cannot be settled again, nor what was not be taken back.
      if (!(error instanceof FolkmootError) || !['usage', 'changed'].includes(error.code)) throw error
    }
  }
  meet()
  return { id, nodes, rowAt, met }
}

/** Every change of a document, as it was written. */
function changesOf({ storage }: TestNode, id: DocumentId): readonly ModelChange[] {
  return storage.entries.ofDocument(id).flatMap(({ entry }) => {
    const { payload } = entry.bytes
    const body = payload === null ? undefined : decodeBody(payload)
    if (body?.type !== 'change') return []
    const ops = JSON.parse(canonicalJson(body.ops as Json)) as ModelChange['ops']
    return [{ id: decodeEntry(entry.bytes).hash, deps: body.deps, ops }]
  })
}

/** In the words of the model. */
function siblingsIn({ registers }: DocumentRow): readonly string[] {
  const words = (registers.content ?? []).map(
    ({ entry, ended, value }) => `${entry}: ${ended ? '(ended)' : canonicalJson(value)}`,
  )
  return words.sort()
}

describe('whatever three authors do to one disagreement', () => {
  test('[C3] its rows and conflicts are the same on every node, and made again from the entries', () => {
    fc.assert(
      fc.property(argument, steps => {
        const { nodes, rowAt } = live(steps)
        const [first, ...others] = nodes as [TestNode, ...TestNode[]]
        const row = rowAt(first)
        for (const other of others) expect(rowAt(other)).toEqual(row)
        rebuild(first.replica)
        expect(rowAt(first)).toEqual(row)
      }),
      { numRuns: 60 },
    )
  })

  test('[C6][C8] what stands is as if no verdict had been given that was taken back, less those overruled', () => {
    fc.assert(
      fc.property(argument, steps => {
        const { id, nodes, rowAt } = live(steps)
        const row = rowAt(nodes[0] as TestNode)
        const changes = changesOf(nodes[0] as TestNode, id)
        const overruled = row.conflicts.flatMap(conflict => conflict.overruled.map(({ entry }) => entry))
        const standing = (modelState(changes).registers.content ?? []).filter(
          said => !overruled.some(entry => said.startsWith(entry)),
        )
        expect(siblingsIn(row)).toEqual(standing)
      }),
      { numRuns: 150 },
    )
  })

  test('[C5][C7] its status follows from what stands', () => {
    fc.assert(
      fc.property(argument, steps => {
        const { nodes, rowAt } = live(steps)
        const row = rowAt(nodes[0] as TestNode)
        const [conflict] = row.conflicts
        const said = new Set(
          (row.registers.content ?? []).map(({ ended, value }) => canonicalJson([ended, value])),
        )
        expect(said.size).toBeGreaterThan(0)
        if (said.size > 1) expect(conflict?.status).toMatch(/^(open|claimed|deferred)$/)
        else expect([undefined, 'resolved']).toContain(conflict?.status)
        if (conflict?.status === 'claimed') expect(conflict.claims).not.toEqual([])
        if (conflict?.status === 'deferred') expect(conflict.resolution?.kind).toBe('defer')
      }),
      { numRuns: 40 },
    )
  })

  test('the arguments are not empty words', () => {
    const seen = {
      open: 0,
      claimed: 0,
      deferred: 0,
      resolved: 0,
      undone: 0,
      overruled: 0,
      reopened: 0,
      ended: 0,
    }
    for (const steps of fc.sample(argument, { numRuns: 60, seed: 1 })) {
      const { id, nodes, rowAt, met } = live(steps)
      const row = rowAt(nodes[0] as TestNode)
      seen.undone += undoneIn(changesOf(nodes[0] as TestNode, id)).length
      if (row.registers.content?.some(({ ended }) => ended)) seen.ended++
      for (const { status, overruled, reopened } of [...met, ...row.conflicts]) {
        seen[status]++
        seen.overruled += overruled.length
        if (reopened !== null) seen.reopened++
      }
    }
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([])
  })
})
