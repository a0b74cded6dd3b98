/** What holds of every history of the membership log, whoever wrote what and in whatever order it is heard. */
import {
  type EntryHash,
  logId,
  MEMBERSHIP_SCOPE,
  Membership,
  RIGHTS,
  type ScopeNames,
  scopeId,
} from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  AGENTS,
  HISTORY_NAMES,
  type History,
  NAMES,
  pastsOf,
  play,
  SCOPES,
  type Step,
  steps,
  withPatternsHidden,
} from '../../../../test/support/membership-history.ts'
import { type Fact, foldOf, type Hand, nodeOf, START_MS } from '../../../../test/support/membership-world.ts'
import { covers, isWithin } from './pattern.ts'

const NODES = NAMES.map(nodeOf)
const RUNS = { numRuns: 150 }
const TICKET = '11'.repeat(32) as EntryHash

/** Every answer there is, over a grid of what can be asked. */
function answersOf(membership: Membership, facts: readonly Fact[]) {
  const last = START_MS + facts.length + 60
  const times = [START_MS + 5, START_MS + 12, START_MS + 25, last]
  const logs = SCOPES.slice(0, 3).flatMap(scope =>
    NODES.flatMap(node =>
      [0, 1].map(incarnation => {
        const id = scopeId(membership.mesh, scope)
        return { scope, log: { scope: id, node, incarnation, log: logId(id, node, incarnation) } }
      }),
    ),
  )
  const openings: EntryHash[][] = [[], ...facts.slice(-6).map(({ entry }) => [entry.hash])]
  const own = [...new Map(facts.map(({ entry }) => [entry.log, entry])).values()]
  return {
    heads: membership.authorityHeads(),
    members: [...membership.members()].sort((a, b) => (a.node < b.node ? -1 : 1)),
    nodes: NODES.map(node => [
      membership.isMember(node),
      membership.wasMember(node),
      membership.isAdmin(node),
      membership.member(node),
      membership.mayGrant(node, { scope: 'user=*', rights: ['read'] }, last),
    ]),
    edges: membership.edges(),
    voided: facts.map(({ entry }) => [
      entry.hash,
      membership.voided(entry.hash),
      membership.knows(entry.hash),
    ]),
    ends: logs.flatMap(({ log, scope }) =>
      openings.map(opening => [membership.endOf(log, opening, scope), membership.endOf(log, opening)]),
    ),
    ownEnds: own.map(entry => [entry.log, membership.endOf({ ...entry, scope: MEMBERSHIP_SCOPE }, [])]),
    can: NODES.flatMap(node =>
      AGENTS.flatMap(agent =>
        times.flatMap(at => [
          ...SCOPES.flatMap(scope => RIGHTS.map(right => membership.can({ node, agent }, right, scope, at))),
          membership.mayUse({ node, agent }, 'crm-eu', at),
          membership.mayServe(agent, 'alice', at),
        ]),
      ),
    ),
    claims: NODES.flatMap(node =>
      openings.map(authority => {
        const claim = { node, authority, at: last }
        return [
          membership.memberObjection(claim),
          ...SCOPES.map(scope => membership.rightObjection(claim, scope, ['write'])),
        ]
      }),
    ),
    house: [
      membership.keysOf('ab'.repeat(16) as never),
      [...membership.receipts(TICKET)].sort(),
      membership.invitation(TICKET),
    ],
  }
}

/** The same order for the same number. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed
  const keyed = items.map(item => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return { item, key: state }
  })
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

/** Logs mixed, each in its own order, as gossip brings them. */
function mixed(facts: readonly Fact[], seed: number): Fact[] {
  const logs = new Map<string, Fact[]>()
  for (const fact of facts) logs.set(fact.entry.log, [...(logs.get(fact.entry.log) ?? []), fact])
  return shuffled(facts, seed).flatMap(({ entry }) => logs.get(entry.log)?.shift() ?? [])
}

/** Taken in one by one, with a question after each, so that nothing can be put off. */
function foldEagerly({ world }: History, facts: readonly Fact[], names?: ScopeNames): Membership {
  const membership = new Membership(world.mesh, names)
  for (const { entry, body } of facts) {
    membership.apply(entry, body)
    membership.authorityHeads()
    membership.rightObjection(
      { node: entry.node, authority: [entry.hash], at: entry.at },
      SCOPES[0] as never,
      ['write'],
    )
    for (const node of NODES.slice(0, 3)) membership.member(node)
  }
  return membership
}

describe('[A1] one set of entries has one meaning', () => {
  test('whatever the order, and whenever it is asked', () => {
    fc.assert(
      fc.property(steps, fc.integer(), (history, seed) => {
        const played = play(history)
        const { world, facts, hands } = played
        const expected = answersOf(foldOf(world.mesh, facts), facts)
        expect(answersOf(foldEagerly(played, facts), facts)).toEqual(expected)
        expect(answersOf(foldEagerly(played, mixed(facts, seed)), facts)).toEqual(expected)
        expect(answersOf(foldEagerly(played, shuffled(facts, seed)), facts)).toEqual(expected)
        expect(answersOf(foldOf(world.mesh, shuffled(facts, seed + 1)), facts)).toEqual(expected)
        const [ann] = hands as [Hand]
        ann.hear(...hands)
        expect(answersOf(ann.membership, facts)).toEqual(expected)
      }),
      RUNS,
    )
  })

  test('the versions go up with the answers', () => {
    fc.assert(
      fc.property(steps, history => {
        const { world, facts } = play(history)
        const membership = new Membership(world.mesh)
        let before:
          | { answers: ReturnType<typeof answersOf>; version: number; endsVersion: number }
          | undefined
        for (const { entry, body } of facts) {
          membership.apply(entry, body)
          const { version, endsVersion } = membership
          const answers = answersOf(membership, facts)
          if (before !== undefined && before.version === version) expect(answers).toEqual(before.answers)
          // Only of logs that began in the knowledge of nothing: a head that is not here yet says nothing.
          if (before !== undefined && before.endsVersion === endsVersion) {
            expect(answers.ownEnds).toEqual(before.answers.ownEnds)
          }
          before = { answers, version, endsVersion }
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('[K3] patterns that are hidden', () => {
  test('change nothing for who can open them, whatever the order', () => {
    fc.assert(
      fc.property(steps, fc.integer(), (history, seed) => {
        const played = play(history)
        const { world, facts } = played
        const hidden = withPatternsHidden(played)
        const expected = answersOf(foldOf(world.mesh, facts), facts)
        expect(answersOf(foldOf(world.mesh, hidden, HISTORY_NAMES), facts)).toEqual(expected)
        expect(answersOf(foldEagerly(played, mixed(hidden, seed), HISTORY_NAMES), facts)).toEqual(expected)
        expect(answersOf(foldEagerly(played, shuffled(hidden, seed), HISTORY_NAMES), facts)).toEqual(expected)
      }),
      RUNS,
    )
  })

  test('mean one thing to all who cannot, and leave them agreed on who belongs and who is an admin', () => {
    fc.assert(
      fc.property(steps, fc.integer(), (history, seed) => {
        const played = play(history)
        const { world, facts } = played
        const hidden = withPatternsHidden(played)
        const relay = answersOf(foldOf(world.mesh, hidden), facts)
        expect(answersOf(foldEagerly(played, mixed(hidden, seed)), facts)).toEqual(relay)
        expect(answersOf(foldEagerly(played, shuffled(hidden, seed)), facts)).toEqual(relay)
        const reader = answersOf(foldOf(world.mesh, facts), facts)
        expect(relay.members).toEqual(reader.members)
        expect(relay.ownEnds).toEqual(reader.ownEnds)
        const who = (of: typeof relay) => of.nodes.map(([isMember, was, isAdmin]) => [isMember, was, isAdmin])
        expect(who(relay)).toEqual(who(reader))
        // Of the other rights a relay may take back too few: it cannot tell what a hidden pattern covers.
        const admins = (of: typeof relay) =>
          of.edges.flatMap(({ permission, ...edge }) =>
            'rights' in permission && permission.rights.includes('admin')
              ? [{ ...edge, scope: 'scope' in permission ? permission.scope : undefined }]
              : [],
          )
        expect(admins(relay)).toEqual(admins(reader))
      }),
      RUNS,
    )
  })
})

function counted(history: readonly Step[]) {
  const played = play(history)
  const membership = foldOf(played.world.mesh, played.facts)
  const pasts = pastsOf(played.facts)
  return {
    ...played,
    membership,
    knew: (later: Fact, earlier: Fact) => pasts.get(later.entry.hash)?.has(earlier.entry.hash) === true,
    counts: played.facts.filter(({ entry }) => membership.voided(entry.hash) === undefined),
  }
}

/** The keys that a node goes on for, itself included. */
function lineOf(node: string, facts: readonly Fact[]): ReadonlySet<string> {
  const line = new Set([node])
  for (let size = 0; size < line.size; ) {
    size = line.size
    for (const { entry, body } of facts)
      if (body.type === 'rotate' && line.has(body.node)) line.add(entry.node)
  }
  return line
}

describe('[A4] seniority', () => {
  test('nobody but itself removes the first founder', () => {
    fc.assert(
      fc.property(steps, history => {
        const { membership, facts } = counted(history)
        const ann = nodeOf('ann')
        const gaveUp = facts.some(
          ({ entry, body }) =>
            entry.node === ann &&
            (body.type === 'rotate' ||
              (body.type === 'remove' && body.node === ann) ||
              (body.type === 'revoke' && 'node' in body.to && body.to.node === ann)),
        )
        if (!gaveUp) expect(membership.isAdmin(ann)).toBe(true)
      }),
      RUNS,
    )
  })

  test('of two removals by each other at most one counts', () => {
    fc.assert(
      fc.property(steps, history => {
        const { counts } = counted(history)
        const pairs = new Set<string>()
        for (const { entry, body } of counts) {
          if (body.type === 'remove' && body.node !== entry.node) pairs.add(`${entry.node} ${body.node}`)
        }
        for (const pair of pairs) expect(pairs.has(pair.split(' ').reverse().join(' '))).toBe(false)
      }),
      RUNS,
    )
  })

  test('[A6] what a removed node did beside its removal never counts', () => {
    fc.assert(
      fc.property(steps, history => {
        const { counts, facts, knew } = counted(history)
        for (const removal of counts) {
          const { entry, body } = removal
          if (body.type !== 'remove' || body.more === true || body.node === entry.node) continue
          const parts = facts.filter(
            one =>
              one.entry.log === entry.log &&
              one.entry.seq <= entry.seq &&
              one.body.type === 'remove' &&
              one.body.node === body.node,
          )
          const cuts = parts.flatMap(one => ('cuts' in one.body ? one.body.cuts : []))
          for (const act of counts) {
            if (act.entry.node !== body.node || act.body.type === 'genesis') continue
            const opening = facts.find(
              one => one.entry.log === act.entry.log && one.body.type !== 'genesis',
            ) as Fact
            const isAccepted = cuts.some(([log, seq]) => log === act.entry.log && act.entry.seq <= seq)
            expect(isAccepted || knew(opening, removal)).toBe(true)
          }
        }
      }),
      RUNS,
    )
  })
})

describe('[A3] rights come from grants alone', () => {
  test('delegation only narrows: behind every grant that counts stands one of admin over as much or more', () => {
    fc.assert(
      fc.property(steps, history => {
        const { counts, facts, knew } = counted(history)
        for (const fact of counts) {
          const { entry, body } = fact
          if (body.type !== 'grant' && body.type !== 'admit' && body.type !== 'invite') continue
          const scope = body.type === 'grant' && 'scope' in body.permission ? body.permission.scope : '*'
          const line = lineOf(entry.node, facts)
          const isFounded = [nodeOf('ann'), nodeOf('bob')].some(founder => line.has(founder))
          const isGiven = counts.some(
            given =>
              given.body.type === 'grant' &&
              'node' in given.body.to &&
              line.has(given.body.to.node) &&
              'scope' in given.body.permission &&
              given.body.permission.rights.includes('admin') &&
              isWithin(scope, given.body.permission.scope) &&
              knew(fact, given),
          )
          expect(isFounded || isGiven).toBe(true)
        }
      }),
      RUNS,
    )
  })

  test('[A9] nobody can what no grant that counts says', () => {
    fc.assert(
      fc.property(steps, history => {
        const { membership, counts, facts } = counted(history)
        const at = START_MS + facts.length + 60
        for (const node of NODES) {
          const agent = membership.member(node)?.agent ?? 'nobody'
          const line = lineOf(node, facts)
          for (const scope of SCOPES) {
            for (const right of ['read', 'write'] as const) {
              if (scope === `agent=${agent}` || !membership.can({ node, agent }, right, scope, at)) continue
              const isOwn = scope.endsWith(`agent=${agent}`)
              const isSaid = counts.some(({ body }) => {
                if (body.type !== 'grant' || !('scope' in body.permission)) return false
                const isTo = 'agent' in body.to ? body.to.agent === agent : line.has(body.to.node)
                const { rights, scope: pattern } = body.permission
                const isRight =
                  rights.includes(right) || (isOwn && rights.some(one => one === 'read' || one === 'write'))
                return isTo && isRight && covers(pattern, scope, agent)
              })
              expect(isSaid).toBe(true)
              expect(membership.isMember(node)).toBe(true)
            }
          }
        }
      }),
      RUNS,
    )
  })
})
