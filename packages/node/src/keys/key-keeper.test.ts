import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { grant, handOut, parseScope, removeNode, revoke, scopeId } from '@folkmoot/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cutsOf } from '../rotate-key.ts'
import { systemRandom as random } from '../system-ports.ts'
import { foundMeshIn, HandNode, newHome } from '../testing/hand-node.ts'
import { newScopeKey, secretOf } from './epoch.ts'
import { wrapForAll } from './hpke.ts'

const ALL = { scope: '*', rights: ['read' as const, 'write' as const] }
const RELAY = { scope: '*', rights: ['relay' as const] }
const READ = { scope: '*', rights: ['read' as const] }

let home: string
let clear: () => void
const open: HandNode[] = []

beforeEach(() => {
  ;({ home, clear } = newHome())
})

afterEach(async () => {
  for (const node of open.splice(0)) await node.close()
  clear()
})

const keep = (node: HandNode): HandNode => {
  open.push(node)
  return node
}

const found = async (options = {}) => keep(await foundMeshIn(home, options))
const epochs = (node: HandNode, scope = 'app=default') => [
  ...node.held.ring.ofScope(scopeId(node.replica.names, parseScope(scope))),
]

async function reopened(node: HandNode): Promise<HandNode> {
  open.splice(open.indexOf(node), 1)
  await node.close()
  return keep(await HandNode.open(node.dir))
}

describe('a sealed mesh', () => {
  test('is read by all who may, on disk and after a restart', async () => {
    const ann = await found()
    const bob = keep(await ann.admit('bob', 'cook', ALL))
    const cid = keep(await ann.admit('cid', 'waiter', ALL))
    await bob.pull(ann)
    const tea = await bob.remember('tea at five')
    for (const node of [ann, cid]) await node.pull(bob)
    expect([ann.read(tea), bob.read(tea), cid.read(tea)]).toEqual([
      'tea at five',
      'tea at five',
      'tea at five',
    ])
    const again = await reopened(cid)
    const cake = await again.remember('cake too')
    await bob.pull(again)
    expect(bob.read(cake)).toBe('cake too')
    expect(epochs(again)).toHaveLength(1)
  })

  test('makes one key for many first writes at once', async () => {
    const ann = await found()
    await Promise.all(Array.from({ length: 50 }, (_, i) => ann.remember(`note ${i}`)))
    expect(epochs(ann)).toHaveLength(1)
  })

  test('two who begin a scope apart can both be read, and go on with one key', async () => {
    const ann = await found()
    const bob = keep(await ann.admit('bob', 'cook', ALL))
    const [a, b] = [await ann.remember('by ann'), await bob.remember('by bob')]
    await ann.pull(bob)
    await bob.pull(ann)
    expect([ann.read(b), bob.read(a)]).toEqual(['by bob', 'by ann'])
    await ann.remember('more')
    await bob.remember('more')
    const current = (node: HandNode) =>
      node.held.ring.current(scopeId(node.replica.names, parseScope('app=default')))?.epoch
    expect(current(ann)).toBe(current(bob))
  })

  test('a run stays unsealed: it never leaves its node', async () => {
    const ann = await found()
    const row = await ann.remember('scratch', 'run=r1')
    expect(ann.read(row)).toBe('scratch')
    expect(epochs(ann, 'run=r1')).toEqual([])
  })

  test('a mesh in the clear needs no keys', async () => {
    const ann = await found({ sealed: false })
    const bob = keep(await ann.admit('bob', 'cook', ALL))
    const row = await ann.remember('for all')
    await bob.pull(ann)
    expect(bob.read(row)).toBe('for all')
    expect(epochs(ann)).toEqual([])
  })
})

test('a relay stores and forwards what it cannot read, names of scopes included', async () => {
  const ann = await found()
  const relay = keep(await ann.admit('post', 'post', RELAY))
  const bob = keep(await ann.admit('bob', 'cook', ALL))
  const row = await ann.remember('the vault opens at 4711', 'user=hildegard')
  await relay.pull(ann)
  expect(relay.held.names).toBeUndefined()
  expect(relay.read(row)).toBeUndefined()
  const onDisk = relay.bytes()
  for (const secret of ['4711', 'vault', 'hildegard', 'user=']) {
    expect(onDisk.includes(secret), secret).toBe(false)
  }
  await bob.pull(relay)
  expect(bob.read(row)).toBe('the vault opens at 4711')
})

test('a relay that may read from now on learns the names, and reads when it is opened again', async () => {
  const ann = await found()
  const relay = keep(await ann.admit('post', 'post', RELAY))
  const row = await ann.remember('for the post too')
  await relay.pull(ann)
  await ann.write(grant({ agent: 'post' }, READ))
  await ann.settled()
  await relay.pull(ann)
  expect([relay.held.names, relay.read(row)]).toEqual([ann.held.names, undefined])
  await expect(relay.keeper.ensure(parseScope('app=default'))).rejects.toThrow(/open it again/)
  const again = await reopened(relay)
  await again.settled()
  expect(again.read(row)).toBe('for the post too')
})

describe('a removed reader', () => {
  test('cannot read what is written after, in the scopes that were renewed and in those that were not', async () => {
    const ann = await found()
    const bob = keep(await ann.admit('bob', 'cook', ALL))
    const eve = keep(await ann.admit('eve', 'spy', ALL))
    const before = await ann.remember('before')
    await eve.pull(ann)
    await bob.pull(ann)
    for (const plan of removeNode(eve.node, cutsOf(ann.replica, eve.node))) await ann.write(plan)
    await expect.poll(() => epochs(ann).length).toBe(2)
    await bob.pull(ann)
    const after = [await ann.remember('after'), await bob.remember('after too')]
    await bob.pull(ann)
    await ann.pull(bob)
    expect(after.map(row => [ann.read(row), bob.read(row)])).toEqual([
      ['after', 'after'],
      ['after too', 'after too'],
    ])
    // Somebody passes everything on to her all the same.
    for (const node of [ann, bob]) Object.assign(node.replica, { mayHold: () => true })
    await eve.pull(ann)
    await eve.pull(bob)
    expect(eve.read(before)).toBe('before')
    expect(after.map(row => eve.read(row))).toEqual([undefined, undefined])
    expect(epochs(eve)).toHaveLength(1)
  })

  test('nobody goes on with a key that a removed reader has, whoever hears of it first', async () => {
    const ann = await found()
    const bob = keep(await ann.admit('bob', 'cook', ALL))
    const eve = keep(await ann.admit('eve', 'spy', ALL))
    await bob.pull(ann)
    await bob.remember('before')
    // Ann holds no key of the scope, so she can renew none.
    for (const plan of removeNode(eve.node, [])) await ann.write(plan)
    await bob.pull(ann)
    await bob.remember('after')
    expect(epochs(bob)).toHaveLength(2)
  })

  test('so it is where only its right was revoked', async () => {
    const ann = await found()
    const eve = keep(await ann.admit('eve', 'spy', ALL))
    await ann.remember('before')
    for (const plan of revoke({ agent: 'spy' }, READ, cutsOf(ann.replica, eve.node))) await ann.write(plan)
    await expect.poll(() => epochs(ann).length).toBe(2)
    await eve.pull(ann)
    expect(epochs(eve)).toHaveLength(1)
  })
})

describe('a new reader', () => {
  test('reads the history, all epochs of it', async () => {
    const ann = await found()
    const eve = keep(await ann.admit('eve', 'spy', ALL))
    const first = await ann.remember('first epoch')
    for (const plan of removeNode(eve.node, [])) await ann.write(plan)
    await expect.poll(() => epochs(ann).length).toBe(2)
    const second = await ann.remember('second epoch')
    const bob = keep(await ann.admit('bob', 'cook', { scope: 'app=kitchen', rights: ['read'] }))
    await bob.pull(ann)
    expect([bob.read(first), bob.read(second)]).toEqual([undefined, undefined])
    await ann.write(grant({ agent: 'cook' }, READ))
    await ann.settled()
    await bob.pull(ann)
    expect([bob.read(first), bob.read(second)]).toEqual(['first epoch', 'second epoch'])
  })

  test('gets its keys from another holder, where the one that admitted it has none', async () => {
    const ann = await found()
    const bob = keep(await ann.admit('bob', 'cook', ALL))
    const row = await bob.remember('bob knows')
    const cid = keep(await ann.admit('cid', 'waiter', ALL))
    await bob.pull(ann)
    const read = async () => {
      await cid.pull(bob)
      return cid.read(row)
    }
    expect(await read()).toBeUndefined()
    await expect.poll(read, { timeout: 8000 }).toBe('bob knows')
  })
})

test('a key by somebody who may not write is not taken', async () => {
  const ann = await found()
  const bob = keep(await ann.admit('bob', 'reader', READ))
  const { mesh, names } = ann.replica
  const address = parseScope('app=default')
  const scope = scopeId(names, address)
  const { epoch, key } = newScopeKey(scope, random)
  const wraps = await wrapForAll([ann.node, bob.node], { mesh, scope, epoch }, secretOf(key, address))
  for (const plan of handOut({ scope, epoch, wraps })) await bob.write(plan)
  await ann.pull(bob)
  expect(epochs(ann)).toEqual([])
  await ann.remember('with a key of my own')
  expect(epochs(ann).map(own => own.epoch)).not.toContain(epoch)
  await expect(bob.keeper.ensure(parseScope('app=other'))).rejects.toThrow(
    expect.objectContaining({ code: 'forbidden' }),
  )
})

test('a relay that claims to hand a key on to itself spoils it for nobody', async () => {
  const ann = await found()
  const relay = keep(await ann.admit('post', 'post', RELAY))
  await ann.remember('one')
  await relay.pull(ann)
  const { mesh } = ann.replica
  const scope = scopeId(ann.replica.names, parseScope('app=default'))
  const [{ epoch } = { epoch: 0 }] = epochs(ann)
  const junk = await wrapForAll([relay.node], { mesh, scope, epoch }, new Uint8Array(32))
  for (const plan of handOut({ scope, epoch, wraps: junk })) await relay.write(plan)
  await ann.pull(relay)
  await ann.remember('two')
  expect(epochs(ann)).toHaveLength(1)
})

test('a lost key file is made again from the membership log', async () => {
  const ann = await found()
  const bob = keep(await ann.admit('bob', 'cook', ALL))
  const row = await ann.remember('still here')
  await bob.pull(ann)
  const { names } = bob.held
  open.splice(open.indexOf(bob), 1)
  await bob.close()
  rmSync(join(bob.dir, 'scope.keys'))
  const again = keep(await HandNode.open(bob.dir))
  expect([again.held.names, epochs(again)]).toEqual([names, epochs(ann)])
  expect(again.read(row)).toBe('still here')
})

test('a key that came while its reader crashed is opened once more', async () => {
  const ann = await found()
  const bob = keep(await ann.admit('bob', 'cook', ALL))
  cpSync(join(bob.dir, 'scope.keys'), join(home, 'before.keys'))
  const row = await ann.remember('news')
  await bob.pull(ann)
  open.splice(open.indexOf(bob), 1)
  await bob.close()
  cpSync(join(home, 'before.keys'), join(bob.dir, 'scope.keys'))
  const again = keep(await HandNode.open(bob.dir))
  await again.settled()
  expect([again.read(row), epochs(again).length]).toEqual(['news', 1])
})
