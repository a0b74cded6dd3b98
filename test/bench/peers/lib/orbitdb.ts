import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { bitswap } from '@helia/block-brokers'
import { Helia } from '@helia/utils'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createOrbitDB, type KeyValue } from '@orbitdb/core'
import { LevelBlockstore } from 'blockstore-level'
import { LevelDatastore } from 'datastore-level'
import { createLibp2p } from 'libp2p'
import { type BenchRecord, makeRecord } from '../records.ts'
import { stopwatch } from './clock.ts'
import { diskUse } from './disk.ts'
import type { Context, Peer } from './run.ts'
import { versionOf } from './versions.ts'
import { countedWire } from './wire.ts'

const shape = 'a keyvalue database, one put per record'
const disk = 'blocks, pins, heads and index in LevelDB folders, written without fsync'
const network = 'libp2p TCP with noise and yamux, gossipsub, bitswap; no bootstrap, DHT or HTTP gateway'

/** Helia as OrbitDB's documents set it up, kept on disk, reaching loopback alone. */
async function openNode(dir: string) {
  mkdirSync(dir, { recursive: true })
  const blockstore = new LevelBlockstore(join(dir, 'blocks'))
  const datastore = new LevelDatastore(join(dir, 'data'))
  await Promise.all([blockstore.open(), datastore.open()])
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }) },
  })
  const ipfs = new Helia({ libp2p, blockstore, datastore, blockBrokers: [bitswap()], routers: [] })
  await ipfs.start()
  const orbitdb = await createOrbitDB({ ipfs, id: 'writer', directory: join(dir, 'orbitdb') })
  const close = async () => {
    await orbitdb.stop()
    await ipfs.stop()
    await Promise.all([blockstore.close(), datastore.close()])
  }
  return { libp2p, orbitdb, close }
}

async function putAll(db: KeyValue, { records, progress }: Pick<Context, 'records' | 'progress'>) {
  for (let i = 0; i < records; i++) {
    const record = makeRecord(i)
    await db.put(record.id, record)
    progress(i + 1)
  }
}

/** Reads everything back through another node over the same folder, connected to nobody. */
async function check(dir: string, address: string, records: number): Promise<void> {
  const node = await openNode(dir)
  const db = await node.orbitdb.open(address, { type: 'keyvalue', sync: false })
  const entries = await db.all()
  await node.close()
  const last = entries.find(({ key }) => key === `r${records - 1}`)?.value as BenchRecord | undefined
  const same = last?.content === makeRecord(records - 1).content
  if (entries.length !== records || !same) throw new Error(`${entries.length} of ${records} on disk`)
}

async function timed({ dir, records }: Context, write: (db: KeyValue) => Promise<unknown>, how: string) {
  const node = await openNode(dir)
  const db = await node.orbitdb.open('records', { type: 'keyvalue', sync: false })
  const elapsed = stopwatch()
  await write(db)
  const seconds = elapsed()
  await node.close()
  await check(dir, db.address, records)
  const notes = `${shape}, ${how}; opened without sync, so nothing is published; ${disk}`
  return { seconds, ...diskUse(dir), bytesAre: 'on disk' as const, fsync: false, notes }
}

const writes = (context: Context) => timed(context, db => putAll(db, context), 'awaited one by one')

async function batch(context: Context) {
  const records = Array.from({ length: context.records }, (_, i) => makeRecord(i))
  const putAtOnce = (db: KeyValue) => Promise.all(records.map(record => db.put(record.id, record)))
  return timed(context, putAtOnce, 'all issued at once (it has no batch and queues them one by one)')
}

async function holder(context: Context) {
  const dir = join(context.dir, 'holder')
  const seeder = await context.helper('seed', { dir, records: context.records })
  await seeder.stop()
  const server = await context.helper('serve', { dir, address: seeder.answer.address })
  return { address: seeder.answer.address as string, ...(server.answer as { port: number; id: string }) }
}

type Joining = { address: string; port: number; id: string }

/** Dials the holder, opens the database by its address and waits until the log has been joined. */
async function joinHolder(node: Awaited<ReturnType<typeof openNode>>, { address, port, id }: Joining) {
  await node.libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}/p2p/${id}`))
  const db = await node.orbitdb.open(address, { type: 'keyvalue' })
  await once(db.events, 'update')
  return db
}

async function catchup(context: Context) {
  const at = await holder(context)
  const dir = join(context.dir, 'fresh')
  const node = await openNode(dir)
  const elapsed = stopwatch()
  await joinHolder(node, at)
  const seconds = elapsed()
  await node.close()
  await check(dir, at.address, context.records)
  const notes = `dial, open by address, until the log is joined; ${network}; ${shape}; ${disk}`
  return { seconds, ...diskUse(dir), bytesAre: 'on disk' as const, fsync: false, notes }
}

async function reconnect(context: Context) {
  const at = await holder(context)
  const wire = await countedWire(at.port)
  const node = await openNode(join(context.dir, 'fresh'))
  const db = await joinHolder(node, { ...at, port: wire.port })
  await wire.quiet(1000)
  const gone = once(node.libp2p, 'peer:disconnect')
  wire.cut()
  await gone
  const elapsed = wire.reset()
  const joined = once(db.events, 'join')
  await node.libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${wire.port}/p2p/${at.id}`))
  await joined
  await wire.quiet(1000)
  const seconds = elapsed()
  const notes = `cut, dial again, exchange of heads, until nothing has passed for a second; ${network}`
  return { seconds, bytes: wire.bytes(), bytesAre: 'on the wire' as const, notes }
}

async function seed({ dir, records }: { dir: string; records: number }) {
  const node = await openNode(dir)
  const db = await node.orbitdb.open('records', { type: 'keyvalue', sync: false })
  await putAll(db, { records, progress: () => {} })
  await node.close()
  return { address: db.address }
}

async function serve({ dir, address }: { dir: string; address: string }) {
  const { libp2p, orbitdb } = await openNode(dir)
  await orbitdb.open(address, { type: 'keyvalue' })
  const [, port] = /\/tcp\/(\d+)/.exec(String(libp2p.getMultiaddrs()[0])) ?? []
  return { port: Number(port), id: libp2p.peerId.toString() }
}

export const peer: Peer = {
  name: `OrbitDB ${versionOf('@orbitdb/core')}`,
  tasks: { writes, batch, catchup, reconnect },
  roles: { seed, serve },
}
