import type { LogId } from '@folkmoot/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type TrustMesh, trustMesh } from '../../../../test/support/trust.ts'
import { Sight } from '../sight.ts'
import { ownerOf } from '../view.ts'
import type { Acquaintance, KnownFrontier } from './cut.ts'
import { type DiffPage, diff } from './diff.ts'
import type { OwnSide } from './diff-side.ts'
import type { DiffReport } from './reports.ts'

let mesh: TrustMesh
beforeEach(() => {
  mesh = trustMesh()
})
afterEach(() => mesh.close())

/** Compares as support's node does, with peers that are known to hold what the test says. */
function compare(
  a: OwnSide,
  b: OwnSide,
  frontiers: ReadonlyMap<string, KnownFrontier> = new Map(),
  page: Partial<DiffPage> = {},
) {
  const { replica, node: self } = mesh.agents.support
  const now = () => replica.now
  const sight = new Sight(replica, ownerOf(self, replica, 'support'), now)
  const others: Acquaintance = {
    self,
    find: name => ({ node: mesh.agents.billing.node, name }),
    known: () => frontiers.get('peer'),
  }
  const members = { member: (node: typeof self) => replica.membership.member(node) }
  return diff(a, b, { limit: 1000, ...page }, { sight, members, nowMs: now() }, others)
}

function swapped({ a, b, onlyInA, onlyInB, differing, ...more }: DiffReport): DiffReport {
  return {
    ...more,
    ...{ a: b, b: a, onlyInA: onlyInB, onlyInB: onlyInA },
    differing: differing.map(one => ({ ...one, a: one.b, b: one.a })),
  }
}

/** The pages of a comparison, one memory each, put together. */
async function inPages(
  a: OwnSide,
  b: OwnSide,
  known: ReadonlyMap<string, KnownFrontier>,
): Promise<DiffReport> {
  let all = await compare(a, b, known, { limit: 1 })
  while (all.next !== null) {
    const { onlyInA, onlyInB, differing, next } = await compare(a, b, known, { limit: 1, after: all.next })
    expect(onlyInA.length + onlyInB.length + differing.length).toBe(1)
    all = {
      ...{ a: all.a, b: all.b, next },
      onlyInA: [...all.onlyInA, ...onlyInA],
      onlyInB: [...all.onlyInB, ...onlyInB],
      differing: [...all.differing, ...differing],
    }
  }
  return all
}

const at = () => mesh.agents.support.replica.now
const KEYS = ['k0', 'k1', 'k2'] as const

type Act = { readonly kind: number; readonly key: (typeof KEYS)[number]; readonly value: string }
const acts = fc.array(
  fc.record({ kind: fc.nat(5), key: fc.constantFrom(...KEYS), value: fc.constantFrom('a', 'b', 'c') }),
  { minLength: 1, maxLength: 12 },
)

async function act({ kind, key, value }: Act): Promise<void> {
  const { node } = mesh
  if (kind === 0) mesh.tell('billing', { scope: 'app=default', content: value, key })
  else if (kind === 1) mesh.tell('rogue', { scope: 'app=default', content: value, key })
  else if ((await node.get(key)) === undefined) await node.remember(value, { key })
  else if (kind === 2) await node.update(key, value)
  else if (kind === 3) await node.retract(key)
  else if (kind === 4) await node.tag(key, { add: [value] })
  else await node.update(key, value)
}

describe('two states', () => {
  test('differ from themselves in nothing, and from each other the same way round', async () => {
    await fc.assert(
      fc.asyncProperty(
        acts,
        fc.nat(1000),
        fc.array(fc.nat(20), { maxLength: 6 }),
        async (history, share, seqs) => {
          mesh.close()
          mesh = trustMesh()
          const start = at()
          for (const one of history) await act(one)
          const time = start + Math.floor(((at() - start) * share) / 1000)
          const logs = [...mesh.agents.support.replica.heads()].map(({ log }) => log).sort()
          const positions = new Map<LogId, number>(
            seqs.flatMap((seq, i) => (logs[i] === undefined ? [] : [[logs[i], seq] as const])),
          )
          const known = new Map([['peer', { heardAt: 1, positions }]])
          const sides: OwnSide[] = ['here', { at: time }, { at: start }, { node: 'peer' }]
          for (const a of sides) {
            const same = await compare(a, a, known)
            expect([same.onlyInA, same.onlyInB, same.differing]).toEqual([[], [], []])
            for (const b of sides) {
              const whole = await compare(a, b, known)
              expect(whole).toEqual(swapped(await compare(b, a, known)))
              expect(await inPages(a, b, known)).toEqual(whole)
            }
          }
          const { onlyInA, onlyInB, differing } = await compare('here', { at: time })
          expect(onlyInB).toEqual([])
          await agreesWithGet(time, { onlyInA, differing })
        },
      ),
      { numRuns: 25 },
    )
  })
})

/** What `get` says of then and now differs where the report says so, and nowhere else. */
async function agreesWithGet(
  time: number,
  { onlyInA, differing }: Pick<DiffReport, 'onlyInA' | 'differing'>,
): Promise<void> {
  for (const key of KEYS) {
    const now = await mesh.node.get(key)
    const then = await mesh.node.get(key, { at: time })
    expect(onlyInA.some(one => one.key === key)).toBe(now !== undefined && then === undefined)
    const report = differing.find(one => one.key === key)
    if (now === undefined || then === undefined) continue
    const said = (memory: typeof now) =>
      JSON.stringify([
        [...new Set(memory.siblings.map(({ value, ended }) => `${ended} ${value}`))].sort(),
        memory.tags,
      ])
    expect([key, report !== undefined]).toEqual([key, said(now) !== said(then)])
    if (report !== undefined) expect([report.a.tags, report.b.tags]).toEqual([now.tags, then.tags])
  }
}

describe('a time', () => {
  test('shows what came, what went and what changed, with both values and their authors', async () => {
    await mesh.node.remember('tea', { key: 'drink' })
    await mesh.node.remember('blue', { key: 'colour', tags: ['old'] })
    const then = at()
    await mesh.node.update('drink', 'coffee')
    await mesh.node.tag('colour', { add: ['new'], remove: ['old'] })
    await mesh.node.remember('new', { key: 'fresh' })
    const report = await mesh.node.diff({ at: then }, 'here')
    expect(report).toMatchObject({ a: { kind: 'time', at: then }, b: { kind: 'here' }, onlyInA: [] })
    expect(report.onlyInB).toMatchObject([{ key: 'fresh', value: 'new', by: { agent: 'support' } }])
    const byKey = Object.fromEntries(report.differing.map(one => [one.key, one]))
    expect(byKey.drink).toMatchObject({ places: ['content'], a: { value: 'tea' }, b: { value: 'coffee' } })
    expect(byKey.colour).toMatchObject({ places: ['tags'], a: { tags: ['old'] }, b: { tags: ['new'] } })
    expect((await mesh.node.diff({ at: then }, 'here', { scope: 'app=elsewhere' })).onlyInB).toEqual([])
  })

  test('shows what has expired by then, and what lost against another memory', async () => {
    const { node, agents } = mesh
    await node.remember('tea', { key: 'drink' })
    await node.remember('The plan costs 10 euros', { key: 'plan' })
    const { id } = await node.remember('The plan costs 12 euros')
    await node.scan({ record: true })
    const then = at()
    agents.support.clock.ms += 1000
    const [conflict] = await node.conflicts()
    const pick = (conflict?.candidates.findIndex(({ record }) => record === id) ?? 0) + 1
    await node.resolve(conflict?.id ?? '', { pick })
    await node.remember('tea', { key: 'drink', expiresAt: agents.support.clock.now() + 1000 })
    const before = at()
    agents.support.clock.ms += 2000
    const told = async (a: OwnSide, b: OwnSide) =>
      (await node.diff(a, b)).differing.map(({ key, ...one }) => [key, one.a.status, one.b.status]).sort()
    expect(await told({ at: then }, 'here')).toEqual([
      ['drink', 'settled', 'expired'],
      ['plan', 'settled', 'superseded'],
    ])
    expect(await told({ at: then }, { at: before })).toEqual([
      ['drink', 'settled', 'settled'],
      ['plan', 'settled', 'superseded'],
    ])
  })

  test('leaves out that two were judged where nothing came of it', async () => {
    const { node, agents } = mesh
    await node.remember('The plan costs 10 euros', { key: 'plan' })
    await node.remember('The plan costs 12 euros', { key: 'other' })
    await node.scan({ record: true })
    const then = at()
    agents.support.clock.ms += 1000
    const [conflict] = await node.conflicts()
    await node.resolve(conflict?.id ?? '', { pick: 1 })
    expect((await node.diff({ at: then }, 'here')).differing).toHaveLength(1)
    await node.resolve(conflict?.id ?? '', { undo: true })
    const { onlyInA, onlyInB, differing } = await node.diff({ at: then }, 'here')
    expect([...onlyInA, ...onlyInB, ...differing]).toEqual([])
  })

  test('of what was erased since only that it was there', async () => {
    const { id } = await mesh.node.remember('a secret', { key: 'k' })
    const then = at()
    await mesh.node.erase('k')
    const report = await mesh.node.diff({ at: then }, 'here')
    expect(report.differing).toMatchObject([
      {
        id,
        places: ['content'],
        a: { status: 'unreadable', value: null },
        b: { status: 'erased', value: null },
      },
    ])
    expect(JSON.stringify(report)).not.toContain('a secret')
  })
})

describe('a node', () => {
  const known = (positions: ReadonlyMap<LogId, number>) => new Map([['peer', { heardAt: 5, positions }]])

  test('lacks what it is not known to hold', async () => {
    await mesh.node.remember('tea', { key: 'drink' })
    const heads = () => new Map([...mesh.agents.support.replica.heads()].map(({ log, seq }) => [log, seq]))
    const before = heads()
    await mesh.node.update('drink', 'coffee')
    await mesh.node.remember('new', { key: 'fresh' })
    const report = await compare('here', { node: 'peer' }, known(before))
    expect(report.b).toEqual({ kind: 'node', node: mesh.agents.billing.node, name: 'peer', heardAt: 5 })
    expect(report.onlyInA.map(({ key }) => key)).toEqual(['fresh'])
    expect(report.differing).toMatchObject([{ key: 'drink', a: { value: 'coffee' }, b: { value: 'tea' } }])
    const same = await compare('here', { node: 'peer' }, known(heads()))
    expect(same).toMatchObject({ onlyInA: [], differing: [], next: null })
  })

  test('does not count with what it cannot count yet', async () => {
    mesh.tell('billing', { scope: 'app=default', content: 'tea', key: 'drink' })
    await mesh.node.update('drink', 'coffee')
    const { replica, node: self } = mesh.agents.support
    // It has the update, but not what that depends on.
    const own = [...replica.heads()].filter(({ node }) => node === self)
    const positions = new Map(own.map(({ log, seq }) => [log, seq]))
    const report = await compare('here', { node: 'peer' }, known(positions))
    expect(report.onlyInA).toMatchObject([{ key: 'drink', value: 'coffee' }])
  })

  test('that is no member is not found; one that nothing is known of is said to be so', async () => {
    await expect(mesh.node.diff('here', { node: 'nobody' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(mesh.node.diff('here', { node: 'billing' })).rejects.toMatchObject({
      ...{ code: 'unreachable', message: expect.stringContaining('nothing is known of what billing holds') },
    })
    expect((await mesh.node.diff('here', { node: 'support' })).b).toEqual({ kind: 'here' })
    await expect(mesh.node.diff('here', { at: Number.NaN })).rejects.toMatchObject({ code: 'usage' })
    for (const limit of [0, -1, 1.5])
      await expect(mesh.node.diff('here', { at: 0 }, { limit })).rejects.toMatchObject({ code: 'usage' })
  })
})
