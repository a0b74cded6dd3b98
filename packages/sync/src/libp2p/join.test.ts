import { type NodeId, nodeId, sha256, toHex, utf8 } from '@folkmoot/core'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { afterEach, expect, test, vi } from 'vitest'
import type { JoinReply, JoinRequest } from '../join-messages.ts'
import { entriesAfter, MESH, testNode, testScope } from '../testing/fake-replica.ts'
import { frame } from './frames.ts'
import { createHost, dialable } from './host.ts'
import { JOIN_PROTOCOL, type JoinServer, requestJoin, type ServeJoinOptions, serveJoin } from './join.ts'

const seed = (name: string) => sha256(utf8(name))
const nodeOf = async (name: string) =>
  nodeId((await generateKeyPairFromSeed('Ed25519', seed(name))).publicKey.raw)
const request: JoinRequest = { version: 1, mesh: MESH, secret: new Uint8Array(16).fill(3), name: 'new' }
const refused: JoinReply = { ok: false, code: 'ticket', reason: 'expired' }

const servers: JoinServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.stop()))
})

async function serve(handle: ServeJoinOptions['handle']): Promise<JoinServer> {
  const server = await serveJoin({ seed: seed('admin'), listen: ['/ip4/127.0.0.1/tcp/0'], handle })
  servers.push(server)
  return server
}

const join = async (addresses: readonly string[], admin?: NodeId) =>
  requestJoin({ seed: seed('new'), addresses, admin: admin ?? (await nodeOf('admin')), request })

test('[J1] a stranger asks and is given the membership log', async () => {
  const run = entriesAfter({ scope: testScope(0), node: testNode(0), incarnation: 0 }, [], 300)
  const handle = vi.fn(async () => ({
    ok: true as const,
    membership: [run],
    addresses: ['/ip4/10.0.0.1/tcp/4001'],
  }))
  const { addresses } = await serve(handle)
  const reply = await join(addresses)
  expect(handle).toHaveBeenCalledWith(request, await nodeOf('new'))
  const headers = run.map(entry => toHex(entry.header))
  expect(reply.ok && reply.membership[0]?.map(entry => toHex(entry.header))).toEqual(headers)
  expect(reply.ok && reply.addresses).toEqual(['/ip4/10.0.0.1/tcp/4001'])
})

test('[J2] a refusal arrives with its code; a failure tells nothing', async () => {
  expect(await join((await serve(async () => refused)).addresses)).toEqual(refused)
  const broken = await serve(() => Promise.reject(new Error('disk of /secret is full')))
  expect(await join(broken.addresses)).toEqual({
    ok: false,
    code: 'closed',
    reason: 'the admin could not answer',
  })
})

test('[J3] who answers must have the key that the ticket names', async () => {
  const { addresses } = await serve(async () => refused)
  const plain = addresses.map(address => address.split('/p2p/')[0] ?? '')
  await expect(join(plain, await nodeOf('somebody else'))).rejects.toMatchObject({ code: 'unreachable' })
})

test('[J4] nobody there, and a wait that is called off', async () => {
  await expect(join(['/ip4/127.0.0.1/tcp/9'])).rejects.toMatchObject({ code: 'unreachable' })
  const { addresses } = await serve(() => new Promise(() => {}))
  const options = { seed: seed('new'), addresses, admin: await nodeOf('admin'), request }
  await expect(requestJoin({ ...options, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
    code: 'unreachable',
  })
})

test('[J5] requests that are too long, garbage or too many end the connection', async () => {
  const handle = vi.fn(async () => refused)
  const { addresses } = await serve(handle)
  const targets = dialable(await nodeOf('admin'), addresses)
  const host = await createHost({ seed: seed('x'), listen: [], gater: {}, connectionsMax: 4, services: {} })
  await host.start()
  try {
    for (const bytes of [frame(new Uint8Array(5_000)), frame(new Uint8Array(20).fill(0xff))]) {
      const stream = await host.dialProtocol(targets, JOIN_PROTOCOL)
      stream.send(bytes)
      await vi.waitFor(() => expect(stream.status).not.toBe('open'), 3_000)
      await vi.waitFor(() => expect(host.getConnections()).toEqual([]), 3_000)
    }
    expect(handle).not.toHaveBeenCalled()
  } finally {
    await host.stop()
  }
})

test('[J6] a join host speaks nothing but join', async () => {
  const { addresses } = await serve(async () => refused)
  const host = await createHost({ seed: seed('x'), listen: [], gater: {}, connectionsMax: 4, services: {} })
  await host.start()
  try {
    const targets = dialable(await nodeOf('admin'), addresses)
    await expect(host.dialProtocol(targets, '/folkmoot/sync/1')).rejects.toThrow()
  } finally {
    await host.stop()
  }
})
