/** [A7] A proof of two histories needs nobody's word: it holds or it does not. */
import {
  type Body,
  type Entry,
  encodeCanonical,
  type LogId,
  type LogRef,
  MEMBERSHIP_SCOPE,
  type MeshId,
  signedBytes,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { HandLog, MembershipLog, randomHash } from '../../../../test/support/hand-log.ts'
import { admitBody, type Fact, nodeOf, worldOf } from '../../../../test/support/membership-world.ts'
import { provenFork } from './fork-proof.ts'

type Branch = { headers: Uint8Array[]; signature: Uint8Array }

function branch(log: HandLog, entries: readonly Entry[]): Branch {
  const last = entries.at(-1) as Entry
  return {
    headers: entries.map(({ bytes }) => bytes.header),
    signature: log.signer.sign(signedBytes(last.hash)),
  }
}

/** Two hands of one node that wrote `shared` entries alike and then each something else. */
function split(mesh: MeshId, name: string, shared: number, incarnation = 0) {
  const logs = [0, 1].map(() => new HandLog(mesh, name, { incarnation })) as [HandLog, HandLog]
  const entries = logs.map((log, side) => [
    ...Array.from({ length: shared }, (_, i) => log.next(encodeCanonical(['shared', i]))),
    ...Array.from({ length: 3 }, (_, i) => log.next(encodeCanonical([side, i]))),
  ]) as [Entry[], Entry[]]
  const proof = (from: number, length = 2): Body & { type: 'fork' } => ({
    type: 'fork',
    one: branch(logs[0], entries[0].slice(from, from + length)),
    other: branch(logs[1], entries[1].slice(from, from + 1)),
  })
  return { logs, entries, proof }
}

const MESH = randomHash('mesh') as string as MeshId

describe('[A7] a proof', () => {
  const { logs, entries, proof } = split(MESH, 'mal', 2)
  const [a, b] = entries
  const [one, other] = logs
  const fork = (left: Branch, right: Branch) => provenFork(MESH, { type: 'fork', one: left, other: right })

  test('holds for two signed entries of one position, and for longer chains', () => {
    const expected = { ...logs[0].ref, log: a[0]?.log, seq: 2 }
    expect(provenFork(MESH, proof(2))).toMatchObject(expected)
    expect(fork(branch(one, a.slice(2)), branch(other, b.slice(2)))).toMatchObject(expected)
  })

  test.each<[string, () => Branch, () => Branch]>([
    ['one and the same entry', () => branch(one, a.slice(1, 3)), () => branch(other, b.slice(1, 3))],
    ['different positions', () => branch(one, a.slice(2, 3)), () => branch(other, b.slice(3, 4))],
    ['a gap', () => branch(one, [a[2], a[4]] as Entry[]), () => branch(other, b.slice(2, 3))],
    ['a broken link', () => branch(one, [a[2], b[3]] as Entry[]), () => branch(other, b.slice(2, 3))],
    [
      'a false signature',
      () => ({ ...branch(one, a.slice(2, 3)), signature: new Uint8Array(64) }),
      () => branch(other, b.slice(2, 3)),
    ],
    [
      'the signature of another',
      () => branch(new HandLog(MESH, 'eve'), a.slice(2, 3)),
      () => branch(other, b.slice(2, 3)),
    ],
    [
      'what is no header',
      () => ({ ...branch(one, a.slice(2, 3)), headers: [new Uint8Array([1])] }),
      () => branch(other, b.slice(2, 3)),
    ],
    [
      'another log',
      () => branch(one, a.slice(2, 3)),
      () => {
        const elsewhere = split(MESH, 'mal', 2, 1)
        return branch(elsewhere.logs[0], elsewhere.entries[0].slice(2, 3))
      },
    ],
    [
      'another mesh',
      () => branch(one, a.slice(2, 3)),
      () => {
        const elsewhere = split(randomHash('other') as string as MeshId, 'mal', 2)
        return branch(elsewhere.logs[1], elsewhere.entries[1].slice(2, 3))
      },
    ],
  ])('does not hold with %s', (_, left, right) => {
    expect(fork(left(), right())).toBeUndefined()
  })
})

describe('[A7] a proven fork', () => {
  test('ends the log for good, at the earliest position proven, whatever its author knew', () => {
    const world = worldOf(['ann', 'bob'])
    const [ann, bob] = [world.hand('ann'), world.hand('bob')]
    const { logs, entries, proof } = split(world.mesh, 'mal', 1)
    const log = { ...(logs[0].ref as LogRef), log: entries[0][0]?.log as LogId }
    expect(ann.membership.forkOf(log.log)).toBeUndefined()
    const before = ann.membership.endsVersion
    // A later position than that at which the histories part says too little: nodes would differ on what is between.
    const late = bob.write(proof(2))
    expect(ann.membership.apply(late.entry, proof(2) as Fact['body'])).toBe('it proves no fork')
    const early = ann.write(proof(1))
    const { membership } = ann
    expect(membership.forkOf(log.log)).toEqual({ seq: 1, entry: early.entry.hash, by: ann.node })
    expect(membership.endOf(log, [early.entry.hash])).toEqual({
      below: 1,
      why: 'its author wrote two histories',
    })
    expect([...membership.forks()]).toEqual([{ ...log, seq: 1 }])
    expect(membership.endsVersion).toBeGreaterThan(before)
    const ends = membership.endsVersion
    bob.hear(ann)
    bob.write(proof(1))
    ann.hear(bob)
    expect([membership.endsVersion, membership.forkOf(log.log)?.by]).toEqual([ends, ann.node])
  })

  test('that does not hold is refused, whoever brings it', () => {
    const world = worldOf(['ann'])
    const { proof } = split(world.mesh, 'mal', 1)
    const good = proof(1)
    const body = { ...good, other: good.one }
    const { entry } = world.hand('ann').write(body)
    expect(world.hand('ann').membership.apply(entry, body as Fact['body'])).toBe('it proves no fork')
  })

  test('of an admin voids what it did from there on, and what followed from it', () => {
    const world = worldOf(['ann', 'bob'])
    const [ann, bob] = [world.hand('ann'), world.hand('bob')]
    const kept = bob.write(admitBody('fay'))
    const lost = bob.write({
      type: 'grant',
      to: { node: nodeOf('fay') },
      permission: { scope: '*', rights: ['admin'] },
    })
    const fay = world.hand('fay')
    fay.hear(bob)
    const follows = fay.write(admitBody('gus'))
    ann.hear(fay)
    const voided = () =>
      [kept, lost, follows].map(({ entry }) => ann.membership.voided(entry.hash) !== undefined)
    expect(voided()).toEqual([false, false, false])
    const secret = new MembershipLog(world.mesh, 'bob')
    secret.next(kept.body as Body, { ...kept.entry })
    const twice = secret.next(admitBody('hal'))
    expect(twice.scope).toBe(MEMBERSHIP_SCOPE)
    const log = new HandLog(world.mesh, 'bob')
    ann.write({ type: 'fork', one: branch(log, [lost.entry]), other: branch(log, [twice]) })
    expect(voided()).toEqual([false, true, true])
    expect(ann.membership.isAdmin(bob.node)).toBe(true)
    bob.hear(ann)
    bob.startAnew()
    const fresh = bob.write(admitBody('ivy'))
    ann.hear(bob)
    expect(ann.membership.voided(fresh.entry.hash)).toBeUndefined()
  })
})
