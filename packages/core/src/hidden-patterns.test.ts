/** Sealed meshes whose membership log says nothing of scopes to those who only relay it. */
import {
  admit,
  audit,
  createVolatileStorage,
  foundMesh,
  grant,
  invite,
  Keyring,
  MEMBERSHIP_SCOPE,
  type NodeId,
  parseScope,
  Replica,
  remember,
  revoke,
  type ScopeNames,
  type Storage,
  scopeId,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { randomHash } from '../../../test/support/hand-log.ts'
import {
  deliver,
  ManualClock,
  pull,
  seededRandom,
  signerOf,
  type TestNode,
  testMesh,
  write,
} from '../../../test/support/replicas.ts'

const NAMES = 'ab'.repeat(32) as ScopeNames
const ALICE = parseScope('user=alice')
const SPACE = scopeId(NAMES, ALICE)
const KEY = { epoch: 9, key: new Uint8Array(32).fill(7) }
const USE = { scope: ALICE, rights: ['read' as const, 'write' as const] }

type Mesh = ReturnType<typeof foundMesh>['mesh']

/** A reader has the names of scopes, and the key of the one there is; a relay has neither. */
function open(name: string, mesh: Mesh, isReader: boolean, storage: Storage, clock: ManualClock): TestNode {
  const signer = signerOf(name)
  const keyring = new Keyring()
  if (isReader) {
    keyring.add(SPACE, KEY)
    keyring.use(SPACE, KEY.epoch)
  }
  const ports = { storage, clock, random: seededRandom(name), signer, keyring }
  const replica = new Replica(mesh, { ...ports, ...(isReader ? { names: NAMES } : {}) })
  return { name, node: signer.node, replica, storage, clock }
}

/** Ann administers, bob reads, ron relays. */
function sealedMesh() {
  const founding = { clock: new ManualClock(), random: seededRandom('mesh'), signer: signerOf('ann') }
  const { mesh, genesis } = foundMesh('test', founding, { sealed: true })
  const make = (name: string, isReader: boolean) =>
    open(name, mesh, isReader, createVolatileStorage(), new ManualClock())
  const [ann, bob, ron] = [make('ann', true), make('bob', true), make('ron', false)] as const
  deliver(ann, { entries: [genesis] }, ann.node)
  for (const { node, name } of [ann, bob, ron]) write(ann, admit(node, name, name))
  write(ann, grant({ agent: 'ann' }, { scope: '*', rights: ['read', 'write'] }))
  write(ann, grant({ agent: 'ron' }, { scope: '*', rights: ['relay'] }))
  return { mesh, ann, bob, ron }
}

function membershipBytes({ replica }: TestNode): Buffer {
  const logs = [...replica.heads()].filter(({ scope }) => scope === MEMBERSHIP_SCOPE)
  const entries = logs.flatMap(({ log }) => replica.readRun(log, 0, 1 << 20))
  return Buffer.concat(entries.flatMap(({ header, payload }) => [header, payload ?? new Uint8Array()]))
}

const at = ({ node }: { node: NodeId }) => ({ names: NAMES, node })
const reads = ({ replica }: TestNode, name: string) => {
  const node = signerOf(name).node
  return replica.membership.can({ node, agent: name }, 'read', ALICE, replica.now)
}

describe('[K3] in a sealed mesh', () => {
  test('the patterns of grants, revocations and invitations are not in the log, and readers read them', () => {
    const { ann, bob, ron } = sealedMesh()
    const ticket = randomHash('ticket')
    write(ann, grant({ agent: 'bob' }, USE))
    write(ann, invite(ticket, 'cook', ann.clock.ms + 1000, 1, { grants: [USE] }))
    for (const other of [ron, bob]) pull(other, ann)
    expect([ann, bob, ron].map(one => reads(one, 'bob'))).toEqual([true, true, false])
    const granted = [ann, bob, ron].map(one => one.replica.membership.invitation(ticket)?.grants)
    expect(granted).toEqual([[USE], [USE], [{ ...USE, scope: '(hidden)' }]])
    for (const plan of revoke({ agent: 'bob' }, USE, [])) write(ann, plan)
    for (const other of [ron, bob]) pull(other, ann)
    expect([ann, bob].map(one => reads(one, 'bob'))).toEqual([false, false])
    const bytes = membershipBytes(ron)
    expect(bytes.equals(membershipBytes(ann))).toBe(true)
    for (const text of ['alice', 'user=', '(hidden)']) expect(bytes.includes(text), text).toBe(false)
    expect(bytes.includes('relay')).toBe(true)
  })

  test('a relay finds nothing wrong with them, and reads them once it may', () => {
    const { mesh, ann, bob, ron } = sealedMesh()
    write(ann, grant({ agent: 'bob' }, USE))
    write(ann, grant({ node: bob.node }, { scope: 'user=alice', rights: ['admin'] }))
    pull(bob, ann)
    write(bob, grant({ agent: 'dan' }, USE))
    pull(ron, bob)
    expect(audit(ron.replica)).toMatchObject({ faults: [], uncounted: [], rowsDiffer: [] })
    expect(ron.replica.membership.edges()).not.toEqual(bob.replica.membership.edges())
    const again = open('ron', mesh, true, ron.storage, ron.clock)
    expect(again.replica.membership.edges()).toEqual(bob.replica.membership.edges())
    expect(audit(again.replica)).toMatchObject({ faults: [], uncounted: [] })
  })

  test('a relay ends the logs that a revocation names', () => {
    const { mesh, ann, bob, ron } = sealedMesh()
    write(ann, grant({ agent: 'bob' }, USE))
    pull(bob, ann)
    const { row } = write(bob, remember({ scope: ALICE, content: 'one', key: 'k' }, at(bob)))
    pull(ann, bob)
    const head = [...ann.replica.heads()].find(({ scope, node }) => scope === SPACE && node === bob.node)
    if (head === undefined || row === undefined) throw new Error('bob wrote nothing')
    write(bob, remember({ scope: ALICE, content: 'two', key: 'other' }, at(bob)))
    pull(ron, bob)
    for (const plan of revoke({ agent: 'bob' }, USE, [[head.log, head.seq, head.hash]])) write(ann, plan)
    pull(ron, ann)
    const shared = [...ron.replica.sharedHeads()].find(({ log }) => log === head.log)
    expect(shared?.seq).toBe(head.seq)
    const again = open('ron', mesh, true, ron.storage, ron.clock)
    again.replica.process([{ kind: 'unseal', scope: SPACE, done: () => {} }])
    expect(again.replica.roots.root()).toBe(ann.replica.roots.root())
  })

  test('[B8] what is no pattern is refused before it is written', () => {
    const { ann } = sealedMesh()
    const before = [...ann.replica.heads()]
    expect(() => write(ann, grant({ agent: 'bob' }, { scope: 'planet=mars', rights: ['read'] }))).toThrow(
      'not a pattern',
    )
    expect([...ann.replica.heads()]).toEqual(before)
  })
})

test('a mesh in the clear has its patterns in the clear', () => {
  const {
    nodes: [ann],
  } = testMesh(['ann'])
  if (ann === undefined) throw new Error('no node')
  write(ann, grant({ agent: 'bob' }, USE))
  expect(membershipBytes(ann).includes('user=alice')).toBe(true)
})
