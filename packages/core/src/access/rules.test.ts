/** The rules of the membership log, one by one, on meshes of a few hands. */
import { type Body, type EntryHash, logId, parseScope, type Right, scopeId } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { randomHash } from '../../../../test/support/hand-log.ts'
import {
  admitBody,
  type Fact,
  foldOf,
  type Hand,
  nodeOf,
  START_MS,
  worldOf,
} from '../../../../test/support/membership-world.ts'

const ALICE = parseScope('user=alice')
const LATE = START_MS + 1_000_000

function to(name: string): { node: ReturnType<typeof nodeOf> } {
  return { node: nodeOf(name) }
}

function grant(
  subject: { agent: string } | { node: ReturnType<typeof nodeOf> },
  scope: string,
  ...rights: Right[]
): Body {
  return { type: 'grant', to: subject, permission: { scope, rights: [...rights].sort() } }
}

function revoke(
  by: Hand,
  subject: { agent: string } | { node: ReturnType<typeof nodeOf> },
  scope: string,
  ...rights: Right[]
): Body {
  const cuts = 'node' in subject ? by.cutsOf(subject.node) : []
  return { type: 'revoke', to: subject, permission: { scope, rights: [...rights].sort() }, cuts }
}

function remove(by: Hand, name: string, cuts = by.cutsOf(nodeOf(name))): Body {
  return { type: 'remove', node: nodeOf(name), cuts }
}

/** Two founders, and eve who is an instance of cook. */
function kitchen() {
  const world = worldOf(['ann', 'bob'])
  const [ann, bob] = [world.hand('ann'), world.hand('bob')]
  ann.write(admitBody('eve', 'cook'))
  bob.hear(ann)
  const all = () => {
    ann.hear(bob)
    bob.hear(ann)
    return ann.membership
  }
  return { world, ann, bob, all, eve: { node: nodeOf('eve'), agent: 'cook' } }
}

const claimOf = (name: string, knows: readonly EntryHash[], at = LATE) => ({
  node: nodeOf(name),
  authority: knows,
  at,
})

describe('[A1] causal past', () => {
  test('what an author did not name it did not know', () => {
    const { ann, world } = kitchen()
    const { membership } = ann
    const before = membership.authorityHeads()
    const { entry } = ann.write(grant({ agent: 'cook' }, 'user=*', 'write'))
    const objection = 'cook had no right to write user=alice by what it knew'
    expect(membership.rightObjection(claimOf('eve', before), ALICE, ['write'])).toBe(objection)
    expect(membership.rightObjection(claimOf('eve', [entry.hash]), ALICE, ['write'])).toBeUndefined()
    expect(membership.rightObjection(claimOf('eve', [entry.hash]), ALICE, ['read'])).toBeDefined()
    expect(membership.memberObjection(claimOf('eve', [world.genesis.entry.hash]))).toBe(
      'eve was no member by what it knew',
    )
    expect(membership.memberObjection(claimOf('ann', []))).toBeUndefined()
    expect(membership.memberObjection(claimOf('eve', [randomHash('?')]))).toMatch('not known here')
  })

  test('an entry whose past is not here yet waits, with its log behind it', () => {
    const { ann, bob, world } = kitchen()
    const first = ann.write(admitBody('fay'))
    bob.hear(ann)
    const second = bob.write(admitBody('gus'))
    const third = bob.write(admitBody('hal'), { authority: [] })
    const known = [...ann.facts].filter(fact => fact !== first)
    const late = foldOf(world.mesh, [...known, second, third])
    expect([second, third].map(({ entry }) => late.knows(entry.hash))).toEqual([false, false])
    expect(late.isMember(nodeOf('hal'))).toBe(false)
    late.apply(first.entry, first.body)
    expect(['fay', 'gus', 'hal'].map(name => late.isMember(nodeOf(name)))).toEqual([true, true, true])
  })

  test('the heads are few, and not of housekeeping or of what does not count', () => {
    const { ann, bob, world, all } = kitchen()
    ann.write({ type: 'receipt', erasures: [randomHash('e')] })
    world.hand('mal').hear(ann)
    ann.take(world.hand('mal').write(admitBody('mal')))
    const [a, b] = [ann.write(admitBody('fay')), bob.write(admitBody('gus'))]
    expect(all().authorityHeads()).toEqual([a.entry.hash, b.entry.hash].sort())
    const c = ann.write(admitBody('hal'))
    expect(all().authorityHeads()).toEqual([c.entry.hash])
  })

  test('of more heads than a header holds the newest are named', () => {
    const names = Array.from({ length: 20 }, (_, i) => `admin ${i}`) as [string, ...string[]]
    const world = worldOf(names)
    const facts = names.map((name, i) => world.hand(name).write(admitBody(`new ${i}`), { at: i + 1 }))
    const { membership } = world.hand('admin 0')
    for (const { entry, body } of facts) membership.apply(entry, body)
    expect(membership.authorityHeads()).toEqual(
      facts
        .slice(4)
        .map(({ entry }) => entry.hash)
        .sort(),
    )
  })
})

describe('[A2] certificates', () => {
  test('are valid while their time has not come', () => {
    const { ann, all } = kitchen()
    const { entry } = ann.write(admitBody('fay', 'fay', { notAfter: START_MS + 100 }))
    const at = (ms: number) => all().memberObjection(claimOf('fay', [entry.hash], START_MS + ms))
    expect(at(100)).toBeUndefined()
    expect(at(101)).toBe('the certificate of fay had run out by what it knew')
    expect([100, 101].map(ms => all().isMember(nodeOf('fay'), START_MS + ms))).toEqual([true, false])
    ann.write(admitBody('fay', 'other', { notAfter: START_MS + 200 }))
    expect(all().member(nodeOf('fay'))).toMatchObject({ agent: 'fay', notAfter: START_MS + 200 })
    ann.write(admitBody('fay'))
    expect(all().member(nodeOf('fay'))?.notAfter).toBe(null)
  })

  test('another key goes on with name, agent, rights and seniority', () => {
    const { ann, bob, eve, world, all } = kitchen()
    ann.write(grant(to('eve'), 'user=*', 'read'))
    ann.write(grant(to('eve'), '*', 'admin'))
    const hand = world.hand('eve')
    hand.hear(all() && ann)
    hand.write({ type: 'rotate', node: nodeOf('eve 2'), cuts: [] })
    const next = world.hand('eve 2')
    next.hear(hand)
    const admitted = next.write(admitBody('fay'))
    ann.hear(next)
    const now = all()
    expect(now.member(nodeOf('eve 2'))).toMatchObject({ name: 'eve', agent: 'cook', notAfter: null })
    expect([now.isMember(eve.node), now.wasMember(eve.node), now.isAdmin(eve.node)]).toEqual([
      false,
      true,
      false,
    ])
    expect(now.isAdmin(nodeOf('eve 2'))).toBe(true)
    expect(now.voided(admitted.entry.hash)).toBeUndefined()
    expect(now.can({ node: nodeOf('eve 2'), agent: 'cook' }, 'read', ALICE, LATE)).toBe(true)
    expect(now.can(eve, 'read', ALICE, LATE)).toBe(false)
    // A removal of the old key that knows of the rotation leaves the new one alone; one that does not cuts it off.
    ann.write(remove(ann, 'eve'))
    expect(all().isMember(nodeOf('eve 2'))).toBe(true)
    bob.write({ type: 'remove', node: nodeOf('eve'), cuts: [] })
    expect(all().isMember(nodeOf('eve 2'))).toBe(false)
    expect(all().voided(admitted.entry.hash)).toBeDefined()
  })

  test('what is given to the old key by who knows of the rotation is for the old key', () => {
    const { ann, eve, world, all } = kitchen()
    const hand = world.hand('eve')
    hand.hear(ann)
    hand.write({ type: 'rotate', node: nodeOf('eve 2'), cuts: [] })
    ann.hear(hand)
    ann.write(admitBody('eve', 'guard'))
    ann.write(grant(to('eve'), 'user=*', 'read'))
    expect(all().can({ ...eve, agent: 'guard' }, 'read', ALICE, LATE)).toBe(true)
    expect(all().can({ node: nodeOf('eve 2'), agent: 'cook' }, 'read', ALICE, LATE)).toBe(false)
    expect(all().member(nodeOf('eve 2'))?.agent).toBe('cook')
  })

  test('a reader speaks for its own agent only, and only while it is certified', () => {
    const { ann, eve, all } = kitchen()
    ann.write(grant({ agent: 'guard' }, '*', 'read'))
    ann.write(grant({ agent: 'cook' }, 'user=alice', 'read'))
    expect(all().can(eve, 'read', ALICE, LATE)).toBe(true)
    expect(all().can({ ...eve, agent: 'guard' }, 'read', ALICE, LATE)).toBe(false)
    expect(all().can({ node: nodeOf('mal'), agent: 'cook' }, 'read', ALICE, LATE)).toBe(false)
    expect(all().can(eve, 'read', ALICE, START_MS)).toBe(false)
  })
})

describe('[A3] grants', () => {
  test('delegation only narrows', () => {
    const { ann, world, all } = kitchen()
    ann.write({
      ...grant(to('eve'), 'app=shop,user=*', 'admin'),
      permission: { scope: 'app=shop,user=*', rights: ['admin'], until: START_MS + 500 },
    } as Body)
    const hand = world.hand('eve')
    hand.hear(ann)
    const good = hand.write(grant({ agent: 'guard' }, 'app=shop,user=alice', 'read'))
    const bad = [
      hand.write(grant({ agent: 'guard' }, 'app=shop', 'read')),
      hand.write(grant({ agent: 'guard' }, '*', 'read')),
      hand.write(admitBody('fay')),
      hand.write(remove(hand, 'eve 2')),
      hand.write({ type: 'grant', to: { agent: 'guard' }, permission: { resource: 'crm' } }),
      hand.write(grant({ agent: 'guard' }, 'app=shop,user=bo', 'read'), { at: 501 }),
    ]
    ann.hear(hand)
    expect(all().voided(good.entry.hash)).toBeUndefined()
    expect(bad.map(({ entry }) => all().voided(entry.hash) !== undefined)).toEqual(bad.map(() => true))
    const edge = all()
      .edges()
      .find(({ entry }) => entry === good.entry.hash)
    expect(edge).toMatchObject({
      until: START_MS + 500,
      permission: { until: START_MS + 500 },
      by: nodeOf('eve'),
    })
    expect(all().isAdmin(nodeOf('eve'))).toBe(false)
    const may = (scope: string, at: number) =>
      all().mayGrant(nodeOf('eve'), { scope, rights: ['read'] }, START_MS + at)
    expect([may('app=shop,user=a*', 500), may('app=shop,user=a', 501), may('user=a', 1)]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('admin is given to nodes, and grants over what no pattern is count never', () => {
    const { ann } = kitchen()
    const fault = (body: Body) => {
      const { entry } = ann.write(body)
      return ann.membership.apply(entry, body as Fact['body'])
    }
    expect(fault(grant({ agent: 'cook' }, '*', 'admin'))).toBe('only a node can be an admin')
    expect(fault(grant({ agent: 'cook' }, 'run=1', 'read'))).toMatch('not a pattern')
    expect(fault({ type: 'grant', to: { agent: 'cook' }, permission: { resource: 'a*b' } })).toMatch(
      'not a resource',
    )
    expect(fault({ type: 'rotate', node: nodeOf('ann'), cuts: [] })).toBeDefined()
    ann.write(grant({ agent: 'cook' }, '*', 'admin', 'read'))
    expect(ann.membership.edges().at(-1)?.permission).toEqual({ scope: '*', rights: ['read'] })
    expect(ann.membership.isAdmin(nodeOf('eve'))).toBe(false)
  })

  test('resources, users and relaying', () => {
    const { ann, eve, all } = kitchen()
    const answers = () => [
      all().mayUse(eve, 'crm-eu', LATE),
      all().mayUse(eve, 'wiki', LATE),
      all().mayServe('cook', 'alice', LATE),
      all().mayServe('cook', 'not a user', LATE),
      all().relays(eve.node, LATE),
    ]
    expect(answers()).toEqual([false, false, false, false, false])
    ann.write({ type: 'grant', to: { agent: 'cook' }, permission: { resource: 'crm-*' } })
    ann.write(grant(to('eve'), 'user=a*', 'read'))
    ann.write(grant(to('eve'), '*', 'relay'))
    expect(answers()).toEqual([true, false, true, false, true])
    ann.write({ type: 'revoke', to: { agent: 'cook' }, permission: { resource: '*' }, cuts: [] })
    expect(answers()).toEqual([false, false, true, false, true])
    ann.write(remove(ann, 'eve'))
    expect(answers()).toEqual([false, false, false, false, false])
  })

  test('as of a time the grants are those of that time', () => {
    const { ann, eve, all } = kitchen()
    ann.write(grant({ agent: 'cook' }, 'user=*', 'read', 'write'), { at: 100 })
    ann.write(revoke(ann, { agent: 'cook' }, '*', 'read'), { at: 200 })
    const can = (right: Right, at: number) => all().can(eve, right, ALICE, START_MS + at)
    expect([99, 100, 199, 200].map(at => can('read', at))).toEqual([false, true, true, false])
    expect([99, 100, 199, 200].map(at => can('write', at))).toEqual([false, true, true, true])
    const [first, second] = all().edges().slice(-2)
    expect(first).toMatchObject({ permission: { rights: ['read'] }, until: START_MS + 200 })
    expect(second).toMatchObject({ permission: { rights: ['write'] }, until: null })
  })
})

describe('[A4] seniority', () => {
  test('of two that remove each other the senior stands, and what the junior did meanwhile does not count', () => {
    const { ann, bob, all } = kitchen()
    const mine = ann.write(remove(ann, 'bob'))
    const added = bob.write(admitBody('friend'))
    const theirs = bob.write(remove(bob, 'ann'))
    const now = all()
    expect(now.voided(mine.entry.hash)).toBeUndefined()
    expect(now.voided(added.entry.hash)).toBe('its node was removed')
    expect(now.voided(theirs.entry.hash)).toBe('its node was removed')
    expect([now.isAdmin(ann.node), now.isAdmin(bob.node), now.isMember(nodeOf('friend'))]).toEqual([
      true,
      false,
      false,
    ])
    const end = now.endOf({ ...theirs.entry, log: logId(theirs.entry.scope, bob.node, 0) }, [])
    expect(end).toEqual({ below: 0, why: 'its node was removed' })
  })

  test('a junior removes no senior, even long after', () => {
    const { ann, bob, all } = kitchen()
    const { entry } = bob.write(remove(bob, 'ann'))
    expect(all().voided(entry.hash)).toBe('its author does not stand above the node that it is about')
    ann.write(grant(to('eve'), '*', 'admin'))
    expect(all().isAdmin(ann.node)).toBe(true)
  })

  test('who was made an admin earlier stands above who was made one later, and below who made it', () => {
    const { ann, world, all } = kitchen()
    ann.write(grant(to('eve'), '*', 'admin'))
    ann.write(grant(to('fay'), '*', 'admin'))
    const [eve, fay] = [world.hand('eve'), world.hand('fay')]
    eve.hear(ann)
    fay.hear(ann)
    const down = eve.write(remove(eve, 'fay'))
    const up = fay.write(remove(fay, 'eve'))
    ann.hear(eve, fay)
    expect([down, up].map(({ entry }) => all().voided(entry.hash) === undefined)).toEqual([true, false])
    expect([all().isAdmin(eve.node), all().isAdmin(fay.node)]).toEqual([true, false])
  })

  test('whoever made an admin cannot be given power by it', () => {
    const { ann, bob, all } = kitchen()
    bob.write(grant(to('eve'), '*', 'admin'))
    ann.hear(bob)
    const { entry } = bob.write(grant(to('ann'), '*', 'admin'))
    expect(all().voided(entry.hash)).toBe('its author does not stand above the node that it is about')
  })

  test('a node may resign', () => {
    const { bob, all } = kitchen()
    const before = bob.write(admitBody('fay'))
    bob.write({ type: 'remove', node: bob.node, cuts: [], reason: 'moving on' })
    const after = bob.write(admitBody('gus'))
    expect([all().isAdmin(bob.node), all().wasMember(bob.node)]).toEqual([false, true])
    expect([before, after].map(({ entry }) => all().voided(entry.hash))).toEqual([
      undefined,
      'its node was removed: moving on',
    ])
  })
})

describe('[A5] revocations are kept', () => {
  test('a concurrent grant or admission loses, a later one that knows stands', () => {
    const { ann, bob, eve, all } = kitchen()
    ann.write(grant({ agent: 'cook' }, 'user=*', 'read'))
    all()
    bob.write(grant({ agent: 'cook' }, 'user=alice', 'read'))
    bob.write(admitBody('eve', 'cook'))
    ann.write(revoke(ann, { agent: 'cook' }, '*', 'read'))
    ann.write(remove(ann, 'eve'))
    expect(all().isMember(eve.node)).toBe(false)
    bob.write(admitBody('eve', 'cook'))
    expect([all().isMember(eve.node), all().can(eve, 'read', ALICE, LATE)]).toEqual([true, false])
    bob.write(grant({ agent: 'cook' }, 'user=*', 'read'))
    expect(all().can(eve, 'read', ALICE, LATE)).toBe(true)
  })

  test('a narrower revocation does not touch a wider grant', () => {
    const { ann, eve, all } = kitchen()
    ann.write(grant({ agent: 'cook' }, 'user=*', 'read'))
    ann.write(revoke(ann, { agent: 'cook' }, 'user=alice', 'read'))
    expect(all().can(eve, 'read', ALICE, LATE)).toBe(true)
    ann.write(revoke(ann, { agent: 'cook' }, 'user=*', 'read'))
    expect(all().can(eve, 'read', ALICE, LATE)).toBe(false)
  })

  test('what an author knew while it had the right goes on to count', () => {
    const { ann, all } = kitchen()
    const { entry } = ann.write(grant({ agent: 'cook' }, 'user=*', 'write'))
    const { entry: end } = ann.write(revoke(ann, { agent: 'cook' }, 'user=*', 'write'))
    expect(all().rightObjection(claimOf('eve', [entry.hash]), ALICE, ['write'])).toBeUndefined()
    expect(all().rightObjection(claimOf('eve', [end.hash]), ALICE, ['write'])).toBeDefined()
  })

  test('admin taken away: what was accepted stands, what came after or aside does not, housekeeping goes on', () => {
    const { ann, bob, world, all } = kitchen()
    ann.write(admitBody('bob'))
    bob.hear(ann)
    const before = bob.write(admitBody('fay'))
    ann.hear(bob)
    ann.write(revoke(ann, to('bob'), '*', 'admin'))
    const aside = bob.write(admitBody('gus'))
    bob.hear(ann)
    const after = bob.write(admitBody('hal'))
    const receipt = bob.write({ type: 'receipt', erasures: [randomHash('e')] })
    const voided = () =>
      [before, aside, after, receipt].map(({ entry }) => all().voided(entry.hash) !== undefined)
    expect(voided()).toEqual([false, true, true, false])
    expect([all().isMember(bob.node), all().isAdmin(bob.node)]).toEqual([true, false])
    ann.write(grant(to('bob'), '*', 'admin'))
    bob.hear(ann)
    const again = bob.write(admitBody('ivy'))
    expect([...voided(), all().voided(again.entry.hash)]).toEqual([false, true, true, false, undefined])
    expect(world.mesh).toBe(all().mesh)
  })
})

describe('[A6] cuts', () => {
  const ref = (
    world: { mesh: Parameters<typeof scopeId>[0] },
    name: string,
    incarnation = 0,
    scope = ALICE,
  ) => {
    const id = scopeId(world.mesh, scope)
    return { scope: id, node: nodeOf(name), incarnation, log: logId(id, nodeOf(name), incarnation) }
  }

  test('a removal ends every log of its node: where it says, or before the first entry', () => {
    const { ann, world, all } = kitchen()
    const [named, other] = [ref(world, 'eve'), ref(world, 'eve', 1)]
    const opening = all().authorityHeads()
    const before = all().endsVersion
    const { entry } = ann.write(remove(ann, 'eve', [[named.log, 7, randomHash('x')]]))
    expect(all().endOf(named, opening, ALICE)?.below).toBe(8)
    expect(all().endOf(other, opening)?.below).toBe(0)
    expect(all().endOf(other, [entry.hash])).toBeUndefined()
    expect(all().endOf(ref(world, 'bob'), opening)).toBeUndefined()
    expect(all().endsVersion).toBeGreaterThan(before)
  })

  test('a list goes on in the next entry, and counts when it is complete', () => {
    const { ann, world, all } = kitchen()
    const [one, two] = [ref(world, 'eve'), ref(world, 'eve', 1)]
    ann.write({ type: 'remove', node: nodeOf('eve'), cuts: [[one.log, 1, randomHash('x')]], more: true })
    expect([all().isMember(nodeOf('eve')), all().endOf(one, [])]).toEqual([true, undefined])
    ann.write(admitBody('fay'))
    ann.write({ type: 'remove', node: nodeOf('eve'), cuts: [[two.log, 2, randomHash('y')]] })
    expect([one, two].map(log => all().endOf(log, [])?.below)).toEqual([2, 3])
    expect(all().isMember(nodeOf('eve'))).toBe(false)
  })

  test('a revocation of write ends logs in what it covers; where the scope is not known, those it lists', () => {
    const { ann, world, all } = kitchen()
    const bo = parseScope('user=bo')
    const own = parseScope('user=alice,agent=cook')
    const permission = { scope: 'user=a*', rights: ['write' as const] }
    const listed = ref(world, 'eve', 1)
    const cuts: [typeof listed.log, number, EntryHash][] = [[listed.log, 4, randomHash('x')]]
    ann.write({ type: 'revoke', to: { agent: 'cook' }, permission, cuts })
    const end = (log: ReturnType<typeof ref>, scope?: typeof bo) => all().endOf(log, [], scope)?.below
    expect([end(ref(world, 'eve'), ALICE), end(listed, ALICE), end(listed)]).toEqual([0, 5, 5])
    expect([
      end(ref(world, 'eve', 0, bo), bo),
      end(ref(world, 'eve')),
      end(ref(world, 'bob'), ALICE),
    ]).toEqual([undefined, undefined, undefined])
    // What the agent keeps for itself the revoker may not have: there it ends what it names.
    expect(end(ref(world, 'eve', 0, own), own)).toBeUndefined()
    expect(end(ref(world, 'eve', 1, own), own)).toBeUndefined()
    ann.write(revoke(ann, { agent: 'cook' }, '*', 'read'))
    expect(end(ref(world, 'eve', 0, bo), bo)).toBeUndefined()
  })

  test('who is let in again goes on in a new log', () => {
    const { ann, bob, all } = kitchen()
    const lost = bob.write(admitBody('fay'))
    ann.write(remove(ann, 'bob'))
    ann.write(grant(to('bob'), '*', 'admin'))
    all()
    const stale = bob.write(admitBody('gus'))
    bob.startAnew()
    const fresh = bob.write(admitBody('hal'))
    expect([lost, stale, fresh].map(({ entry }) => all().voided(entry.hash) === undefined)).toEqual([
      false,
      false,
      true,
    ])
  })
})

describe('housekeeping', () => {
  test('counts from members, once from each, and in an order on which all agree', () => {
    const { ann, bob, world, all, eve } = kitchen()
    const erasure = randomHash('erasure')
    const scope = scopeId(world.mesh, ALICE)
    const log = logId(scope, ann.node, 0)
    const hand = world.hand('eve')
    hand.hear(ann)
    const keys = (by: Hand, epoch: number, at: number) =>
      by.write({ type: 'keys', scope, epoch, wraps: [[eve.node, new Uint8Array([epoch])]] }, { at })
    const [second, first] = [keys(bob, 2, 60), keys(ann, 1, 50)]
    hand.write({ type: 'receipt', erasures: [erasure] }, { at: 70 })
    hand.write({ type: 'receipt', erasures: [erasure] }, { at: 80 })
    hand.write({ type: 'forget', erasure, scope, entries: [[log, 3]] }, { at: 90 })
    const stranger = world.hand('mal')
    stranger.hear(ann)
    const lie = stranger.write({ type: 'forget', erasure, scope, entries: [[log, 4]] })
    ann.hear(hand, stranger)
    const now = all()
    expect(now.keysOf(scope).map(({ entry }) => entry)).toEqual([first.entry.hash, second.entry.hash])
    expect(now.keysOf(scope)[0]?.wraps.get(eve.node)).toEqual(new Uint8Array([1]))
    expect([...now.keyedScopes()]).toEqual([scope])
    expect([...now.receipts(erasure)]).toEqual([[eve.node, START_MS + 70]])
    expect([3, 4].map(seq => now.forgotten(log, seq))).toEqual([erasure, undefined])
    expect([...now.erasures()]).toEqual([
      { erasure, scope, entries: [[log, 3]], by: eve.node, at: START_MS + 90 },
    ])
    expect(now.voided(lie.entry.hash)).toBe('its author was no member by what it knew')
  })
})

test('an agent reads and writes its own tier where it has any business, and its runs', () => {
  const { ann, eve, all } = kitchen()
  const can = (scope: string, right: Right = 'write') => all().can(eve, right, parseScope(scope), LATE)
  expect(['agent=cook', 'agent=cook,run=1', 'run=1'].map(scope => can(scope))).toEqual([true, true, true])
  expect(['user=alice,agent=cook', 'user=alice,run=1', 'agent=guard'].map(scope => can(scope))).toEqual([
    false,
    false,
    false,
  ])
  const { entry } = ann.write(grant({ agent: 'cook' }, 'user=*', 'read'))
  expect(['user=alice,agent=cook', 'user=alice,run=1'].map(scope => can(scope))).toEqual([true, true])
  expect(['user=alice', 'user=alice,agent=guard', 'app=shop,user=alice'].map(scope => can(scope))).toEqual([
    false,
    false,
    false,
  ])
  const claim = claimOf('eve', [entry.hash])
  expect(all().rightObjection(claim, parseScope('user=alice,agent=cook'), ['write'])).toBeUndefined()
  expect(all().rightObjection(claim, parseScope('agent=guard'), ['read', 'write'])).toBe(
    'cook had no right to read or write agent=guard by what it knew',
  )
})
