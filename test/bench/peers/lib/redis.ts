import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchRecord, makeRecord, makeRecords } from '../records.ts'
import { stopwatch, until } from './clock.ts'
import { diskUse } from './disk.ts'
import { keep, stop } from './helper.ts'
import { type Client, connectRedis } from './resp.ts'
import type { Context, Peer } from './run.ts'
import { countedWire, freePort } from './wire.ts'

const shape = 'SET of the record as JSON'
const disk = 'appendonly yes, appendfsync always'

/** Starts a server of this run's own on a free loopback port, over an empty folder. */
async function startServer(dir: string) {
  mkdirSync(dir, { recursive: true })
  const port = await freePort()
  const settings = {
    port,
    bind: '127.0.0.1',
    dir,
    daemonize: 'no',
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
    'repl-diskless-sync-delay': 0,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const log = openSync(join(dir, 'redis.log'), 'a')
  const server = spawn('redis-server', flags, { stdio: ['ignore', log, log] })
  keep(server)
  let client: Client | undefined
  await until(async () => {
    if (server.exitCode !== null) throw new Error(`redis-server ended with code ${server.exitCode}`)
    client = await connectRedis(port).catch(() => undefined)
    return client !== undefined
  }, 20)
  const connected = client as Client
  const close = async () => {
    connected.close()
    await stop(server)
  }
  return { port, client: connected, close }
}

const commandFor = (record: BenchRecord) => ['SET', record.id, JSON.stringify(record)]

async function fill(client: Client, records: number): Promise<void> {
  const commands = makeRecords(records).map(commandFor)
  for (let i = 0; i < commands.length; i += 1000) await client.pipeline(commands.slice(i, i + 1000))
}

/** Reads the last record back from a server that loads the same folder. */
async function check(dir: string, records: number): Promise<void> {
  const { client, close } = await startServer(dir)
  await until(async () => (await infoOf(client, 'persistence')).loading === '0')
  const count = await client.send('DBSIZE')
  const last = await client.send('GET', `r${records - 1}`)
  await close()
  const same = last === JSON.stringify(makeRecord(records - 1))
  if (count !== records || !same) throw new Error(`${count} of ${records} on disk`)
}

async function timed(context: Context, write: (client: Client) => Promise<void>, how: string) {
  const { client, close } = await startServer(context.dir)
  const elapsed = stopwatch()
  await write(client)
  const seconds = elapsed()
  await close()
  const use = diskUse(join(context.dir, 'appendonlydir'))
  await check(context.dir, context.records)
  const notes = `${how} over one loopback TCP connection; ${shape}; ${disk}`
  return { seconds, ...use, bytesAre: 'on disk' as const, fsync: true, notes }
}

function writes(context: Context) {
  const one = async (client: Client) => {
    for (let i = 0; i < context.records; i++) {
      await client.send(...commandFor(makeRecord(i)))
      context.progress(i + 1)
    }
  }
  return timed(context, one, 'one command at a time')
}

const batch = (context: Context) =>
  timed(context, client => fill(client, context.records), 'pipelines of 1,000 commands')

async function infoOf(client: Client, section: string): Promise<Record<string, string>> {
  const lines = String(await client.send('INFO', section)).split('\r\n')
  return Object.fromEntries(lines.filter(line => line.includes(':')).map(line => line.split(':', 2)))
}

const linked = (client: Client) => async () =>
  (await infoOf(client, 'replication')).master_link_status === 'up'

async function catchup(context: Context) {
  const holder = await startServer(join(context.dir, 'holder'))
  await fill(holder.client, context.records)
  const dir = join(context.dir, 'fresh')
  const fresh = await startServer(dir)
  const elapsed = stopwatch()
  await fresh.client.send('REPLICAOF', '127.0.0.1', String(holder.port))
  const isLinked = linked(fresh.client)
  await until(async () => (await isLinked()) && (await fresh.client.send('DBSIZE')) === context.records)
  const readableSeconds = elapsed()
  await until(async () => {
    const info = await infoOf(fresh.client, 'persistence')
    return info.aof_rewrite_in_progress === '0' && info.aof_rewrite_scheduled === '0'
  })
  const seconds = elapsed()
  await fresh.close()
  await holder.close()
  const use = diskUse(join(dir, 'appendonlydir'))
  await check(dir, context.records)
  const notes =
    'REPLICAOF until the link is up, DBSIZE is equal and the replica has rewritten its append-only file; ' +
    `repl-diskless-sync-delay 0 (its default waits 5 s for more replicas); ${shape}; ${disk}`
  return { seconds, readableSeconds, ...use, bytesAre: 'on disk' as const, fsync: true, notes }
}

async function reconnect(context: Context) {
  const holder = await startServer(join(context.dir, 'holder'))
  await fill(holder.client, context.records)
  const wire = await countedWire(holder.port)
  const fresh = await startServer(join(context.dir, 'fresh'))
  await fresh.client.send('REPLICAOF', '127.0.0.1', String(wire.port))
  const isLinked = linked(fresh.client)
  await until(isLinked)
  await wire.quiet(500)
  const elapsed = wire.reset()
  wire.cut()
  await until(async () => !(await isLinked()), 1)
  await until(isLinked)
  await wire.quiet(500)
  const seconds = elapsed()
  await fresh.close()
  await holder.close()
  const notes = 'cut; partial resynchronisation, until nothing has passed for half a second'
  return { seconds, bytes: wire.bytes(), bytesAre: 'on the wire' as const, notes }
}

function version(): string | undefined {
  try {
    return /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1]
  } catch {
    return undefined
  }
}

const found = version()

export const peer: Peer = {
  name: found ? `Redis ${found}` : 'Redis',
  missing: found ? undefined : 'redis-server is not installed',
  tasks: { writes, batch, catchup, reconnect },
  roles: {},
}
