import {
  admit,
  createVolatileStorage,
  DEFAULT_SCOPE,
  type DocumentId,
  type Entry,
  foundMesh,
  Keyring,
  type NodeId,
  Replica,
  remember,
  type ScopeNames,
  scopeId,
  toHex,
  update,
  utf8,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import {
  deliver,
  grantTo,
  ManualClock,
  pull,
  seededRandom,
  signerOf,
  type TestNode,
  write,
} from '../../../test/support/replicas.ts'
import { draftOf, writeRun } from './log-writer.ts'
import { seal, unseal } from './sealing.ts'

const KEY = new Uint8Array(32).fill(7)
const NAMES = 'ab'.repeat(32) as ScopeNames
const SPACE = scopeId(NAMES, DEFAULT_SCOPE)

function sealedNode(name: string, mesh: TestNode['replica']['mesh'], keyring: Keyring): TestNode {
  const signer = signerOf(name)
  const [storage, clock] = [createVolatileStorage(), new ManualClock()]
  const ports = { storage, clock, random: seededRandom(name), signer, keyring, names: NAMES }
  return { name, node: signer.node, replica: new Replica(mesh, ports), storage, clock }
}

function ringWith(key?: Uint8Array): Keyring {
  const keyring = new Keyring()
  if (key !== undefined) keyring.add(SPACE, { epoch: 9, key })
  keyring.use(SPACE, 9)
  return keyring
}

/** ann and bob read; ron relays what he cannot read. */
function sealedMesh() {
  const founder = signerOf('ann')
  const ports = { clock: new ManualClock(), random: seededRandom('mesh'), signer: founder }
  const { mesh, genesis } = foundMesh('test', ports, { sealed: true })
  const rings = { ann: ringWith(KEY), bob: ringWith(KEY), ron: ringWith() }
  const [ann, bob, ron] = Object.entries(rings).map(([name, ring]) => sealedNode(name, mesh, ring)) as [
    TestNode,
    TestNode,
    TestNode,
  ]
  deliver(ann, { entries: [genesis] }, ann.node)
  for (const { node, name } of [ann, bob, ron]) {
    write(ann, admit(node, name, name))
    write(ann, grantTo(name, { scope: '*', rights: ['read', 'write'] }))
  }
  for (const other of [bob, ron]) pull(other, ann)
  return { ann, bob, ron, rings }
}

const at = ({ node }: { node: NodeId }) => ({ names: NAMES, node })

describe('a payload', () => {
  const about = utf8('where it stands')
  const nonce = new Uint8Array(12)

  test('is read with its key in its place, and otherwise not at all', () => {
    const sealed = seal(KEY, about, utf8('secret'), nonce)
    expect(toHex(unseal(KEY, about, sealed) as Uint8Array)).toBe(toHex(utf8('secret')))
    expect(unseal(new Uint8Array(32), about, sealed)).toBeUndefined()
    expect(unseal(KEY, utf8('elsewhere'), sealed)).toBeUndefined()
    for (let i = 0; i < sealed.length; i++) {
      expect(unseal(KEY, about, sealed.with(i, (sealed[i] as number) ^ 1))).toBeUndefined()
    }
    expect(unseal(KEY, about, sealed.subarray(0, 27))).toBeUndefined()
  })
})

describe('a sealed mesh', () => {
  test('[K2] readers read each other; who has no key passes on what it cannot read', () => {
    const { ann, bob, ron } = sealedMesh()
    const { row } = write(
      ann,
      remember({ scope: DEFAULT_SCOPE, content: 'the secret door', key: 'door' }, at(ann)),
    )
    pull(ron, ann)
    expect([...ron.storage.rows.list({ limit: 10 })]).toEqual([])
    const head = [...ron.replica.heads()].find(({ scope }) => scope === SPACE)
    expect(ron.replica.scopeName(SPACE)).toBeUndefined()
    const stored = ron.replica.readRun(head?.log as never, 0, 1 << 20)
    const bytes = Buffer.concat(
      stored.flatMap(({ header, payload }) => [header, payload ?? new Uint8Array()]),
    )
    expect(bytes.includes('secret')).toBe(false)
    expect(bytes.includes('app=')).toBe(false)
    pull(bob, ron)
    expect(bob.storage.rows.get(row?.id as DocumentId)?.registers.content?.[0]?.value).toBe('the secret door')
    expect(bob.replica.roots.root()).toBe(ann.replica.roots.root())
  })

  test('[K2] what came before its key is applied when the key comes, whatever was built on it', () => {
    const { ann, bob, ron, rings } = sealedMesh()
    const { row } = write(ann, remember({ scope: DEFAULT_SCOPE, content: 'one' }, at(ann)))
    pull(bob, ann)
    write(bob, update(row?.id as DocumentId, 'two'))
    pull(ron, bob)
    rings.ron.add(SPACE, { epoch: 9, key: KEY })
    let isDone = false
    ron.replica.process([{ kind: 'unseal', scope: SPACE, done: () => (isDone = true) }])
    expect(isDone).toBe(true)
    expect(ron.replica.roots.root()).toBe(bob.replica.roots.root())
    expect(ron.storage.rows.get(row?.id as DocumentId)?.registers.content?.[0]?.value).toBe('two')
  })

  test.each([
    { epochs: [9, 10], last: 9 },
    { epochs: [9, 10], last: 10 },
    { epochs: [9, 10, 9], last: 10 },
  ])('[K2] the keys of one log come in any order: of $epochs at last $last', ({ epochs, last }) => {
    const { ann, bob, rings } = sealedMesh()
    const keyOf = (epoch: number) => new Uint8Array(32).fill(epoch)
    let id: DocumentId | undefined
    for (const [i, epoch] of [9, ...epochs].entries()) {
      for (const ring of [rings.ann, rings.bob]) {
        ring.add(SPACE, { epoch: epoch + 100, key: keyOf(epoch) })
        ring.use(SPACE, epoch + 100)
      }
      const plan =
        id === undefined
          ? remember({ scope: DEFAULT_SCOPE, content: '0', key: i === 0 ? 'other' : 'door' }, at(ann))
          : update(id, `${i}`)
      const { row } = write(ann, plan)
      if (i > 0) id = row?.id
    }
    pull(bob, ann)
    const ring = new Keyring()
    const ron = sealedNode('ron', ann.replica.mesh, ring)
    const unseal = (epoch: number) => {
      ring.add(SPACE, { epoch: epoch + 100, key: keyOf(epoch) })
      ron.replica.process([{ kind: 'unseal', scope: SPACE, done: () => {} }])
    }
    unseal(last === 9 ? 10 : 9)
    pull(ron, ann)
    unseal(last)
    expect(ron.storage.rows.get(id as DocumentId)?.registers.content?.[0]?.value).toBe(`${epochs.length}`)
    expect(ron.replica.roots.root()).toBe(bob.replica.roots.root())
  })

  test('without a key nothing is written', () => {
    const { ron } = sealedMesh()
    expect(() => write(ron, remember({ scope: DEFAULT_SCOPE, content: 'x' }, at(ron)))).toThrow('no key')
    expect([...ron.replica.heads()].some(({ scope }) => scope === SPACE)).toBe(false)
  })

  test('[K1] what is not sealed counts for nothing, and neither does what is sealed with another key', () => {
    const { ann, bob } = sealedMesh()
    const signer = signerOf('ann')
    const log = { scope: SPACE, node: signer.node, incarnation: 5 }
    const authority = ann.replica.membership.authorityHeads()
    const view = { mesh: ann.replica.mesh, authority, nowMs: ann.clock.now(), last: { at: 0, tick: 0 } }
    const drafts = [draftOf({ type: 'open', scope: DEFAULT_SCOPE })]
    const falseKey = { key: { epoch: 9, key: new Uint8Array(32) }, random: seededRandom('x') }
    const runs = [
      writeRun(log, undefined, drafts, view, signer),
      writeRun({ ...log, incarnation: 6 }, undefined, drafts, view, signer, falseKey),
    ]
    for (const run of runs) deliver(bob, { entries: run.map(({ bytes }) => bytes) }, ann.node)
    const reasons = runs.map(([entry]) => bob.storage.entries.find((entry as Entry).hash)?.reason)
    expect(reasons).toEqual(['it is not encrypted', 'its key is not here'])
  })

  test('a run stays in clear: it never leaves its node', () => {
    const { ron } = sealedMesh()
    const scope = 'app=default,run=1' as typeof DEFAULT_SCOPE
    const { row } = write(ron, remember({ scope, content: 'draft' }, at(ron)))
    expect(row?.scope).toBe(scope)
  })
})
