import {
  type Body,
  type EntryHash,
  Membership,
  type MembershipBody,
  type MeshId,
  type VerifiedEntry,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { MembershipLog, randomHash } from '../../../../test/support/hand-log.ts'
import { signerOf } from '../../../../test/support/replicas.ts'

const node = (name: string) => signerOf(name).node
const admitted = (name: string, agent = name): Body => ({ type: 'admit', node: node(name), name, agent })
const GENESIS: Body = {
  type: 'genesis',
  name: 'home',
  admins: [node('ann'), node('bob')],
  salt: new Uint8Array(16),
}

/** A mesh with two admins, and hands to write their logs with. */
function mesh() {
  const ann = new MembershipLog('00'.repeat(32) as MeshId, 'ann')
  const genesis = ann.next(GENESIS)
  const membership = new Membership(genesis.hash as string as MeshId)
  const take = (log: MembershipLog, body: Body, at?: number) =>
    membership.apply(log.next(body, at === undefined ? {} : { at }) as VerifiedEntry, body as MembershipBody)
  membership.apply(genesis as VerifiedEntry, GENESIS as MembershipBody)
  const hand = (name: string) => new MembershipLog(membership.mesh, name)
  return { membership, ann, bob: hand('bob'), mal: hand('mal'), take }
}

test('[M1] the genesis says who the admins are; another genesis says nothing', () => {
  const { membership, ann, take } = mesh()
  expect(membership.name).toBe('home')
  expect(['ann', 'bob', 'mal'].map(name => membership.isAdmin(node(name)))).toEqual([true, true, false])
  expect(take(ann, { ...GENESIS, admins: [node('mal')] } as Body)).toBe('not the genesis of this mesh')
  expect(membership.isAdmin(node('mal'))).toBe(false)
})

test('[M2] only admins admit and invite; being admitted makes no admin', () => {
  const { membership, ann, mal, take } = mesh()
  const refusal = 'its author was no admin over * by what it knew'
  const bodies: Body[] = [
    admitted('eve'),
    { type: 'invite', ticket: randomHash('t'), agent: 'x', expiresAt: 9, uses: 9 },
  ]
  const voided = () =>
    bodies.map(body => {
      const entry = mal.next(body) as VerifiedEntry
      membership.apply(entry, body as MembershipBody)
      return membership.voided(entry.hash)
    })
  expect(voided()).toEqual([refusal, refusal])
  expect(take(ann, admitted('mal'))).toBeUndefined()
  expect(membership.isMember(node('mal'))).toBe(true)
  expect(voided()).toEqual([refusal, refusal])
  expect(membership.isMember(node('eve'))).toBe(false)
  expect(membership.expectsJoins(1)).toBe(false)
})

describe('[M3] of two admissions the earlier counts, whatever came first', () => {
  test.each([
    ['by time', 5, 6],
    ['by hash, if both are of one moment', 5, 5],
  ])('%s', (_, first, second) => {
    const names = [false, true].map(reversed => {
      const { membership, ann, bob, take } = mesh()
      const steps = [
        () => take(ann, admitted('eve', 'cook'), first),
        () => take(bob, admitted('eve', 'guard'), second),
      ]
      for (const step of reversed ? steps.reverse() : steps) step()
      return membership.member(node('eve'))?.agent
    })
    expect(names[0]).toBe(names[1])
    if (first < second) expect(names[0]).toBe('cook')
  })
})

test('[M4] before the genesis is known nobody is anything', () => {
  const { membership: known, ann } = mesh()
  const membership = new Membership(known.mesh)
  const body = admitted('eve')
  const entry = ann.next(body) as VerifiedEntry
  expect(membership.apply(entry, body as MembershipBody)).toBeUndefined()
  expect([...membership.members()]).toEqual([])
  expect(membership.isAdmin(node('ann'))).toBe(false)
  expect(membership.knows(entry.hash)).toBe(false)
  expect(membership.voided(entry.hash)).toBe('it names a membership entry that is not known here')
})

test('[M5] an invitation is open until it expires or is used up', () => {
  const { membership, ann, take } = mesh()
  const ticket = randomHash('ticket') as EntryHash
  expect(membership.expectsJoins(1)).toBe(false)
  take(ann, { type: 'invite', ticket, agent: 'cook', expiresAt: 100, uses: 2 })
  expect(membership.invitation(ticket)).toEqual({
    ticket,
    agent: 'cook',
    expiresAt: 100,
    uses: 2,
    used: 0,
    grants: [],
    notAfter: null,
  })
  expect([99, 100].map(at => membership.expectsJoins(at))).toEqual([true, false])
  for (const name of ['eve', 'fay']) take(ann, { ...admitted(name), ticket } as Body)
  expect(membership.invitation(ticket)?.used).toBe(2)
  expect(membership.expectsJoins(99)).toBe(false)
  expect(membership.invitation(randomHash('other') as EntryHash)).toBeUndefined()
})
