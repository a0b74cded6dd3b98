import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createVolatileStorage,
  FolkmootError,
  type Plan,
  parseScope,
  Replica,
  removeNode,
} from '@folkmoot/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foundNode } from './found-node.ts'
import { looseFiles, signerFrom } from './identity.ts'
import { readRecoverySeed } from './recovery-key.ts'
import { systemClock as clock, systemRandom as random } from './system-ports.ts'
import { foundMeshIn, type HandNode, newHome } from './testing/hand-node.ts'

const ALL = { scope: '*', rights: ['read' as const, 'write' as const] }

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

describe('a new mesh', () => {
  test('is sealed, and its founder may do everything', async () => {
    const { replica, node, held } = keep(await foundMeshIn(home))
    const { membership } = replica
    expect([membership.sealed, membership.isAdmin(node), replica.names]).toEqual([true, true, held.names])
    expect(held.names).not.toBe(replica.mesh)
    const may = (right: 'read' | 'write' | 'arbitrate') =>
      membership.can({ node, agent: 'admin' }, right, parseScope('app=shop,user=alice'), Date.now())
    expect([may('read'), may('write'), may('arbitrate')]).toEqual([true, true, true])
    expect(membership.mayUse({ node, agent: 'admin' }, 'crm', Date.now())).toBe(true)
  })

  test('is in the clear if told so', async () => {
    const { replica, held } = keep(await foundMeshIn(home, { sealed: false }))
    expect([replica.membership.sealed, replica.names, held.names]).toEqual([false, replica.mesh, undefined])
  })

  test('keeps its secrets for its owner', async () => {
    const { dir } = keep(await foundMeshIn(home))
    expect(looseFiles(dir, ['node.key', 'scope.keys', 'node.key.next'])).toEqual([])
  })
})

describe('a recovery key', () => {
  /** Somebody at a desk with a copy of the membership log and the file. */
  function atDesk(seed: Uint8Array, from: HandNode) {
    const signer = signerFrom(seed)
    const replica = new Replica(from.replica.mesh, {
      storage: createVolatileStorage(),
      clock,
      random,
      signer,
    })
    for (const entries of from.membership()) {
      replica.process([{ kind: 'remote', run: { entries }, from: from.node, done: () => {} }])
    }
    const write = (plan: Plan) => {
      const done = (result: unknown) => {
        if (result instanceof FolkmootError) throw result
      }
      replica.process([{ kind: 'local', ...plan, done }])
    }
    const runs = () =>
      [...replica.heads()]
        .filter(({ node }) => node === signer.node)
        .map(({ log }) => ({ entries: replica.readRun(log, 0, 1 << 20) }))
    return { node: signer.node, write, runs }
  }

  test('takes the key of a founder away, and no founder can take it away', async () => {
    const file = join(home, 'drawer.key')
    const ann = keep(await foundMeshIn(home, { recoveryKey: file }))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const bob = keep(await ann.admit('bob', 'cook', ALL))
    const desk = atDesk(readRecoverySeed(file), ann)
    expect([...bob.replica.membership.members()].map(({ name }) => name).sort()).toEqual(['ann', 'bob'])
    // A thief with her key tries first.
    for (const plan of removeNode(desk.node, [])) await ann.write(plan)
    for (const plan of removeNode(ann.node, [], 'stolen')) desk.write(plan)
    await bob.pull(ann)
    for (const run of desk.runs()) {
      bob.replica.process([{ kind: 'remote', run, from: desk.node, done: () => {} }])
    }
    const { membership } = bob.replica
    expect([membership.isMember(ann.node), membership.isAdmin(desk.node)]).toEqual([false, true])
  })

  test('is not written over, and not left behind by a mesh that was never founded', async () => {
    const file = join(home, 'drawer.key')
    writeFileSync(file, 'something else')
    const refused = expect.objectContaining({ code: 'directory' })
    await expect(foundNode(join(home, 'ann'), 'ann', 'admin', { recoveryKey: file })).rejects.toThrow(refused)
    expect([readFileSync(file, 'utf8'), existsSync(join(home, 'ann'))]).toEqual(['something else', false])
    const other = join(home, 'other.key')
    const inFile = join(file, 'ann')
    await expect(foundNode(inFile, 'ann', 'admin', { recoveryKey: other })).rejects.toThrow(refused)
    expect(existsSync(other)).toBe(false)
    expect(() => readRecoverySeed(file)).toThrow(/missing or damaged/)
  })
})
