/** What a node makes of permissions whose pattern it cannot open. */
import {
  type Body,
  logId,
  type MembershipBody,
  type Permission,
  parseScope,
  type Right,
  type Subject,
  scopeId,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { HISTORY_NAMES } from '../../../../test/support/membership-history.ts'
import {
  admitBody,
  type Fact,
  foldOf,
  type Hand,
  nodeOf,
  START_MS,
  worldOf,
} from '../../../../test/support/membership-world.ts'
import { seededRandom } from '../../../../test/support/replicas.ts'
import { HiddenPatterns } from './hidden-pattern.ts'

const LATE = START_MS + 1_000_000
const COOK: Subject = { agent: 'cook' }
const EVE = { node: nodeOf('eve'), agent: 'cook' }
const ALICE = parseScope('user=alice')
const OWN = scopeId(HISTORY_NAMES, ALICE)
const EVES_LOG = { scope: OWN, node: EVE.node, incarnation: 0, log: logId(OWN, EVE.node, 0) }

/** Ann is a founder, dan an admin of app=shop, eve an instance of cook. */
function kitchen() {
  const world = worldOf(['ann'])
  const [ann, dan] = [world.hand('ann'), world.hand('dan')]
  const patterns = new HiddenPatterns(world.mesh, HISTORY_NAMES)
  const random = seededRandom('kitchen')
  const hide = (scope: string, ...rights: Right[]) => patterns.hide({ scope, rights }, random)
  for (const [name, agent] of [
    ['dan', 'dan'],
    ['eve', 'cook'],
  ] as const) {
    ann.write(admitBody(name, agent))
  }
  ann.write({
    ...{ type: 'grant', to: { node: dan.node }, permission: { scope: 'app=shop', rights: ['admin'] } },
  })
  dan.hear(ann)
  const facts = new Set<Fact>([...ann.facts])
  const write = (by: Hand, body: Body) => {
    const fact = by.write(body)
    facts.add(fact)
    return fact.entry.hash
  }
  return {
    ...{ world, ann, dan, hide, write },
    grant: (by: Hand, scope: string, ...rights: Right[]) =>
      write(by, { type: 'grant', to: COOK, permission: hide(scope, ...rights) }),
    revoke: (by: Hand, scope: string, cuts: (MembershipBody & { type: 'revoke' })['cuts'], more = false) =>
      write(by, {
        ...{ type: 'revoke', to: COOK, permission: hide(scope, 'write'), cuts },
        ...(more ? { more: true as const } : {}),
      }),
    reader: () => foldOf(world.mesh, facts, HISTORY_NAMES),
    relay: () => foldOf(world.mesh, facts),
  }
}

const shownAs = (scope: string, ...rights: Right[]): Permission => ({ scope, rights })

describe('[K3] on a node that cannot open it, a hidden pattern', () => {
  test('is shown as hidden, and covers nothing', () => {
    const { ann, grant, reader, relay } = kitchen()
    const entry = grant(ann, 'user=alice', 'read', 'write')
    const edge = (of: ReturnType<typeof relay>) => of.edges().find(one => one.entry === entry)
    expect(edge(reader())?.permission).toEqual(shownAs('user=alice', 'read', 'write'))
    expect(edge(relay())?.permission).toEqual(shownAs('(hidden)', 'read', 'write'))
    expect(reader().can(EVE, 'read', ALICE, LATE)).toBe(true)
    expect(reader().mayServe('cook', 'alice', LATE)).toBe(true)
    expect(relay().can(EVE, 'read', ALICE, LATE)).toBe(false)
    expect(relay().mayServe('cook', 'alice', LATE)).toBe(false)
  })

  test('is shown as hidden in an invitation', () => {
    const { ann, hide, write, reader, relay } = kitchen()
    const ticket = '11'.repeat(32) as never
    const grants = [hide('user=alice', 'read'), hide('*', 'write'), { resource: 'crm' }]
    write(ann, { type: 'invite', ticket, agent: 'cook', expiresAt: LATE, uses: 1, grants })
    const rest = [shownAs('*', 'write'), { resource: 'crm' }]
    expect(reader().invitation(ticket)?.grants).toEqual([shownAs('user=alice', 'read'), ...rest])
    expect(relay().invitation(ticket)?.grants).toEqual([shownAs('(hidden)', 'read'), ...rest])
  })

  test('lies within * alone: what an admin of less says of it is left to others, and no fault', () => {
    const { ann, dan, grant, reader, relay } = kitchen()
    const [byAnn, byDan] = [grant(ann, 'app=shop', 'read'), grant(dan, 'app=shop', 'read')]
    const beyond = grant(dan, 'user=alice', 'read')
    for (const of of [reader(), relay()]) expect(of.voided(byAnn)).toBeUndefined()
    expect(reader().voided(byDan)).toBeUndefined()
    expect(
      relay()
        .edges()
        .map(({ entry }) => entry),
    ).not.toContain(byDan)
    expect(relay().voided(byDan)).toBeUndefined()
    expect(relay().voided(beyond)).toBeUndefined()
    expect(reader().voided(beyond)).toBe('its author was no admin over user=alice by what it knew')
  })

  test('saves nobody who is no admin at all', () => {
    const { world, ann, grant, relay } = kitchen()
    const eve = world.hand('eve')
    eve.hear(ann)
    const forged = grant(eve, 'user=alice', 'read')
    expect(relay().voided(forged)).toBe('its author was no admin over (hidden) by what it knew')
  })

  test('takes nothing back by name; * takes it', () => {
    const { ann, write, grant, revoke, reader, relay } = kitchen()
    const entry = grant(ann, 'user=alice', 'write')
    const end = (of: ReturnType<typeof relay>) => of.edges().find(one => one.entry === entry)?.until
    revoke(ann, 'user=alice', [])
    expect(end(reader())).not.toBeNull()
    expect(end(relay())).toBeNull()
    write(ann, { type: 'revoke', to: COOK, permission: shownAs('*', 'write'), cuts: [] })
    expect(end(relay())).not.toBeNull()
  })

  test('[A6] ends the logs that are named, all of a long list, and no others', () => {
    const { ann, grant, revoke, reader, relay } = kitchen()
    grant(ann, 'user=alice', 'write')
    const other = { ...EVES_LOG, incarnation: 1, log: logId(OWN, EVE.node, 1) }
    const unnamed = { ...EVES_LOG, incarnation: 2, log: logId(OWN, EVE.node, 2) }
    const hash = '22'.repeat(32) as never
    revoke(ann, 'user=alice', [[EVES_LOG.log, 3, hash]], true)
    revoke(ann, 'user=alice', [[other.log, 5, hash]])
    for (const scope of [ALICE, undefined]) {
      expect([EVES_LOG, other].map(log => relay().endOf(log, [], scope)?.below)).toEqual([4, 6])
      expect([EVES_LOG, other].map(log => reader().endOf(log, [], scope)?.below)).toEqual([4, 6])
      expect(relay().endOf(unnamed, [], scope)).toBeUndefined()
    }
    expect(reader().endOf(unnamed, [], ALICE)?.below).toBe(0)
  })
})

test('[K3] what was damaged is told of by those who could have opened it', () => {
  const { world, dan, write, reader, relay } = kitchen()
  const damaged = { hidden: new Uint8Array(40), rights: ['read' as const] }
  const entry = write(dan, { type: 'grant', to: COOK, permission: damaged })
  expect(relay().voided(entry)).toBeUndefined()
  expect(reader().voided(entry)).toBe('its author was no admin over (hidden) by what it knew')
  const byAnn = write(world.hand('ann'), { type: 'grant', to: COOK, permission: damaged })
  for (const of of [reader(), relay()]) {
    expect(of.edges().find(one => one.entry === byAnn)?.permission).toEqual(shownAs('(hidden)', 'read'))
  }
})
