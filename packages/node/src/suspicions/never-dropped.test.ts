/**
 * Whatever is taken for a repetition, no contradiction is lost: of two statements that contradict each other both are
 * still told afterwards, or the one that replaced the other is and the history has both.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pairs as everyPair } from '../../../../test/experiments/relations/pairs/all.ts'
import { type RamNode, ramMesh } from '../../../../test/support/ram-mesh.ts'
import type { MemoryNode } from '../api.ts'

/** Pairs of texts that cannot both hold, of many wordings. */
const subject = fc.constantFrom('The plan', "Anna's desk", 'Deploy port', 'The backup job', 'Zürich office')
const number = fc.integer({ min: 0, max: 99_999 })
const contrary = fc.oneof(
  fc
    .tuple(subject, number, number)
    .map(([who, a, b]) => [`${who} costs ${a} euros`, `${who} costs ${b} euros`]),
  fc.tuple(subject, number, number).map(([who, a, b]) => [`${who} is ${a}`, `${who} is now ${b}`]),
  fc
    .tuple(subject, fc.constantFrom('ready', 'open', 'blue', 'paid'))
    .map(([who, what]) => [`${who} is ${what}`, `${who} is not ${what}`]),
  fc
    .tuple(subject, fc.constantFrom('works', 'sings', 'prefers tea', 'runs at night'))
    .map(([who, does]) => [`${who} ${does}`, `${who} no longer ${does}`]),
  fc
    .tuple(
      subject,
      fc.constantFrom('2026-01-02', '2026-01-20', '2025-01-02'),
      fc.constantFrom('2026-02-01', '2027-01-02'),
    )
    .map(([who, a, b]) => [`${who} starts on ${a}`, `${who} starts on ${b}`]),
  fc
    .tuple(subject, fc.constantFrom('Anna', 'Bob', 'Zoë'), fc.constantFrom('Cid', 'Dora'))
    .map(([who, a, b]) => [`${who} belongs to ${a}`, `${who} belongs to ${b}`]),
) as fc.Arbitrary<[string, string]>

const isContrary = ([a, b]: [string, string]) => a.replaceAll('now ', '') !== b.replaceAll('now ', '')
const pairs = fc.array(contrary.filter(isContrary), { minLength: 1, maxLength: 3 })

/** All that is told, or was told and is in the history of what is. */
async function told(node: MemoryNode, scope = 'app=default'): Promise<ReadonlySet<unknown>> {
  const memories = await node.list({ scope, limit: 1000 })
  const histories = await Promise.all(memories.map(({ id }) => node.history(id)))
  return new Set(histories.flat().flatMap(({ value, reason }) => [value, reason]))
}

describe('no contradiction is dropped', () => {
  test('by linking what repeats something', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async said => {
        const [{ node }] = ramMesh(['ann']).nodes as [RamNode]
        for (const text of said.flat()) await node.remember(text)
        const before = (await node.list({ limit: 1000 })).map(({ id, value }) => [id, value])
        const { findings } = await node.scan({ record: true })
        expect((await node.list({ limit: 1000 })).map(({ id, value }) => [id, value]).sort()).toEqual(
          before.sort(),
        )
        const repeated = findings
          .filter(({ relation }) => relation === 'same')
          .map(({ memories }) => memories)
        for (const [a, b] of said) {
          const taken = repeated.some(
            ([one, other]) =>
              (one.value === a && other.value === b) || (one.value === b && other.value === a),
          )
          expect(taken, `${a} | ${b}`).toBe(false)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('by deciding on what is written', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.boolean(), async (said, isTurned) => {
        const [{ node }] = ramMesh(['ann']).nodes as [RamNode]
        const texts = isTurned ? said.flat().reverse() : said.flat()
        for (const text of texts) {
          const { decision, id } = await node.remember(text, { reconcile: 'ladder' })
          if (decision?.op === 'NOOP') expect((await node.get(id))?.value).toBe(text)
        }
        const kept = await told(node)
        for (const text of texts) expect(kept, text).toContain(text)
      }),
      { numRuns: 60 },
    )
  })

  test('when two nodes do so apart, and meet', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async said => {
        const { nodes, meet } = ramMesh(['ann', 'bob'])
        const [ann, bob] = nodes as [RamNode, RamNode]
        for (const [one, other] of said) {
          await ann.node.remember(one, { reconcile: 'ladder' })
          await bob.node.remember(other, { reconcile: 'ladder' })
        }
        meet()
        await Promise.all([ann.node.scan({ record: true }), bob.node.scan({ record: true })])
        meet()
        expect((await ann.node.state()).root).toBe((await bob.node.state()).root)
        const kept = await told(ann.node)
        for (const text of said.flat()) expect(kept, text).toContain(text)
      }),
      { numRuns: 30 },
    )
  })

  test('of the pairs that people labelled so', async () => {
    const [{ node }] = ramMesh(['ann']).nodes as [RamNode]
    const labelled = everyPair.filter(([, , label]) => label === 'contradicts')
    expect(labelled.length).toBeGreaterThan(100)
    for (const [i, [a, b]] of labelled.entries()) {
      // Each pair in a scope of its own, so that no other stands between.
      const scope = `app=pair${i}`
      const texts = [a, b].map(side => (typeof side === 'string' ? side : side.text))
      for (const value of texts) await node.remember(value, { scope, reconcile: 'ladder' })
      const kept = await told(node, scope)
      for (const text of texts) expect(kept, text).toContain(text)
    }
  })
})
