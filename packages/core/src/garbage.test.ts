/** Random bytes and random changes of good bytes: always a refusal in our own words, never a change of state. */
import {
  DEFAULT_SCOPE,
  decodeBody,
  type EntryBytes,
  encodeBody,
  FolkmootError,
  remember,
  toHex,
} from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GOLDEN_BODIES } from '../../../test/support/golden.ts'
import { changeBy, HandLog, stateOf } from '../../../test/support/hand-log.ts'
import { deliver, type TestNode, testMesh, write } from '../../../test/support/replicas.ts'

const { mesh, nodes } = testMesh(['ann', 'mal'])
const [ann, mal] = nodes as [TestNode, TestNode]
write(
  ann,
  remember({ scope: DEFAULT_SCOPE, content: 'honest', key: 'door' }, { names: mesh, node: ann.node }),
)
const log = new HandLog(mesh, 'mal')
const GOOD = log.run(
  log.open(),
  log.next(
    changeBy(log, [
      ['put', 'content', { a: [1, 0.5, null] }],
      ['add', 'tags', 'x'],
    ]),
  ),
  log.next(changeBy(log, [['put', 'content', 'y']], { salt: new Uint8Array(16), key: 'k' })),
)
const before = stateOf(ann)

function expectRefused(entries: readonly EntryBytes[]) {
  const { accepted, refusal } = deliver(ann, { entries }, mal.node)
  expect(accepted).toBe(0)
  expect(refusal?.reason).toMatch(/^[^\n]{1,300}$/)
}

/** Flips, cuts or grows bytes. */
const mutation = fc.record({
  what: fc.constantFrom('flip', 'cut', 'grow', 'splice'),
  at: fc.nat(10_000),
  with: fc.nat(254),
})
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

function mutated(bytes: Uint8Array, { what, at, with: byte }: Mutation): Uint8Array {
  const place = at % bytes.length
  if (what === 'flip') return Uint8Array.from(bytes, (old, i) => (i === place ? old ^ (byte + 1) : old))
  if (what === 'cut') return bytes.slice(0, place)
  if (what === 'grow') return new Uint8Array([...bytes.slice(0, place), byte, ...bytes.slice(place)])
  return new Uint8Array([...bytes.slice(place), ...bytes.slice(0, place), byte])
}

describe('[G8] nothing that is not what it should be is let in', () => {
  const part = fc.uint8Array({ maxLength: 300 })

  test('random bytes', () => {
    const entry = fc.record({
      header: part,
      signature: fc.option(fc.uint8Array({ minLength: 64, maxLength: 64 })),
      payload: fc.option(part),
    })
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 3 }), entries => expectRefused(entries)),
      { numRuns: 500 },
    )
    expect(stateOf(ann)).toEqual(before)
  })

  test('a good run with one part of one entry altered', () => {
    const place = fc.record({ entry: fc.nat(2), part: fc.constantFrom('header', 'payload', 'signature') })
    fc.assert(
      fc.property(place, mutation, ({ entry, part }, change) => {
        const run = GOOD.map((bytes, i) => {
          const old = bytes[part as keyof EntryBytes]
          return i === entry && old !== null ? { ...bytes, [part]: mutated(old, change) } : bytes
        })
        const isAltered = run.some((bytes, i) => JSON.stringify(bytes) !== JSON.stringify(GOOD[i]))
        if (isAltered) expectRefused(run)
      }),
      { numRuns: 1000 },
    )
    expect(stateOf(ann)).toEqual(before)
  })

  test('a good run with entries left out, doubled or in another order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }), order => {
        if (order.every((place, i) => place === i) && order.length === GOOD.length) return
        expectRefused(order.map(i => GOOD[i] as EntryBytes))
      }),
      { numRuns: 200 },
    )
    expect(stateOf(ann)).toEqual(before)
  })
})

test('[B1] any payload is a body or malformed', () => {
  const good = Object.values(GOLDEN_BODIES).map(encodeBody)
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.constantFrom(...good), mutation).map(([bytes, change]) => mutated(bytes, change)),
  )
  fc.assert(
    fc.property(payload, bytes => {
      try {
        expect(toHex(encodeBody(decodeBody(bytes)))).toBe(toHex(bytes))
      } catch (error) {
        if (!(error instanceof FolkmootError)) throw error
      }
    }),
    { numRuns: 3000 },
  )
})

test('[B1] a signed entry of any payload does no more than say nothing', () => {
  const mine = new HandLog(mesh, 'mal', { incarnation: 1 })
  const good = Object.values(GOLDEN_BODIES).map(encodeBody)
  deliver(ann, { entries: mine.run(mine.open()) }, mal.node)
  const state = stateOf(ann)
  fc.assert(
    fc.property(fc.constantFrom(...good), mutation, (bytes, change) => {
      const entry = mine.next(mutated(bytes, change))
      expect(deliver(ann, { entries: [mine.signed(entry)] }, mal.node)).toEqual({ accepted: 1 })
    }),
    { numRuns: 300 },
  )
  const after = stateOf(ann)
  expect(after.members).toEqual(state.members)
  const honest = (rows: typeof after.rows) => rows.filter(({ key }) => key === 'door')
  expect(honest(after.rows)).toEqual(honest(state.rows))
})
