/** What is measured of Folkmoot, each in fresh processes and directories. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CuttableLink } from '../../apps/cli/src/demo/cuttable-link.ts'
import { withAgents } from './agents.ts'
import { makeRecord } from './peers/records.ts'
import { median, percentile } from './statistics.ts'

const MOOT = fileURLToPath(new URL('../../apps/cli/bin/moot.js', import.meta.url))
const run = promisify(execFile)

/** Writes before the clock starts: a node runs for days, and what counts is not its first second. */
const WARM_UP = 2000

/** Of the mesh that a task works in: by default it is sealed, and nothing is granted beside what a guest gets. */
export interface MeshOptions {
  readonly sealed?: boolean
  readonly grants?: number
}

/** Records per second of single acknowledged writes, one after the other. */
export function singles(count: number, { sealed = true, grants = 0 }: MeshOptions = {}): Promise<number> {
  return withAgents(async (home, start) => {
    const agent = start()
    await agent.call('open', { dir: join(home, 'one'), name: 'one', offline: true, sealed })
    if (grants > 0) await agent.call('grant', grants)
    await agent.call('writeSingles', 0, WARM_UP)
    return (count * 1000) / (await agent.call('writeSingles', WARM_UP, count))
  })
}

export function batched(count: number): Promise<number> {
  return withAgents(async (home, start) => {
    const agent = start()
    await agent.call('open', { dir: join(home, 'one'), name: 'one', offline: true })
    await agent.call('writeBatch', 0, WARM_UP)
    return (count * 1000) / (await agent.call('writeBatch', WARM_UP, count))
  })
}

export interface CatchUp {
  readonly perSecond: number
  /** Bytes on the TCP connection over the entries' own bytes. */
  readonly wireRatio: number
}

/** A fresh node joins one that holds `count` records: from start until the last is verified, stored and searchable. */
export function catchUp(count: number, { sealed = true, grants = 0 }: MeshOptions = {}): Promise<CatchUp> {
  return withAgents(async (home, start) => {
    const holder = start()
    const link = await CuttableLink.open()
    const dir = join(home, 'holder')
    await holder.call('open', { dir, name: 'holder', announce: [link.multiaddr], sealed })
    link.leadTo(await listeningPort(dir))
    if (grants > 0) await holder.call('grant', grants)
    await holder.call('writeBatch', 0, count)
    const fresh = start()
    const ticket = await holder.call('invite')
    const freshDir = join(home, 'fresh')
    await fresh.call('open', { dir: freshDir, name: 'fresh', join: ticket })
    const { ms, searchable } = await fresh.call('waitForRecords', count)
    if (searchable !== 1) throw new Error('caught up, but not searchable')
    const bytes = link.bytes
    await fresh.call('close')
    await link.close()
    return { perSecond: (count * 1000) / ms, wireRatio: bytes / entryBytes(freshDir) }
  })
}

/** Cost of a single write with many records present over that with few. */
export function growth(few: number, many: number): Promise<{ ratio: number; fewMs: number; manyMs: number }> {
  return withAgents(async (home, start) => {
    const agent = start()
    await agent.call('open', { dir: join(home, 'one'), name: 'one', offline: true })
    await agent.call('writeBatch', 0, few)
    const fewMs = await costOfSingle(agent, few)
    await agent.call('writeBatch', few, many - few)
    const manyMs = await costOfSingle(agent, many)
    return { ratio: manyMs / fewMs, fewMs, manyMs }
  })
}

async function costOfSingle(agent: { call(op: string, ...args: unknown[]): Promise<number> }, from: number) {
  const rounds: number[] = []
  for (let i = 0; i < 5; i++) rounds.push((await agent.call('writeSingles', from, 400)) / 400)
  return median(rounds)
}

export interface Opening {
  readonly ms: number
  readonly rssMb: number
}

/** A fresh process opens a directory of `count` records and reads one. */
export function opening(count: number, rounds: number): Promise<Opening[]> {
  return withAgents(async (home, start) => {
    const dir = join(home, 'one')
    const writer = start()
    await writer.call('open', { dir, name: 'one', offline: true })
    await writer.call('writeBatch', 0, count)
    await writer.call('close')
    const found: Opening[] = []
    for (let i = 0; i < rounds; i++) {
      const agent = start()
      const { ms } = await agent.call('open', { dir, offline: true })
      const read = await agent.call('firstRead', makeRecord(count / 2).content)
      found.push({ ms: ms + read.ms, rssMb: read.rss / 1e6 })
      await agent.call('close')
    }
    return found
  })
}

/** From write on one process to visible on another, ms, while 100 writes a second come in. */
export function latency(
  count: number,
  perSecond: number,
): Promise<{ p50: number; p99: number; max: number }> {
  return withAgents(async (home, start) => {
    const [writer, reader] = [start(), start()]
    await writer.call('open', { dir: join(home, 'writer'), name: 'writer' })
    await reader.call('open', {
      dir: join(home, 'reader'),
      name: 'reader',
      join: await writer.call('invite'),
    })
    await reader.call('watch')
    await writer.call('writePaced', 200, perSecond)
    await new Promise(resolve => setTimeout(resolve, 500))
    const warm = (await reader.call('seen')).length
    await writer.call('writePaced', count, perSecond)
    await new Promise(resolve => setTimeout(resolve, 1500))
    const seen: number[] = (await reader.call('seen')).slice(warm)
    if (seen.length !== count) throw new Error(`${count - seen.length} of ${count} memories were not seen`)
    return { p50: percentile(seen, 50), p99: percentile(seen, 99), max: Math.max(...seen) }
  })
}

/** Bytes of a reconnect with nothing new, everything counted that crosses the TCP connection, handshakes too. */
export function reconnect(records: number, scopes: number): Promise<number> {
  return withAgents(async (home, start) => {
    const holder = start()
    const link = await CuttableLink.open()
    const dir = join(home, 'holder')
    await holder.call('open', { dir, name: 'holder', announce: [link.multiaddr] })
    link.leadTo(await listeningPort(dir))
    if (records > 0) await holder.call('writeBatch', 0, records)
    if (scopes > 0) await holder.call('writeScopes', scopes)
    const other = start()
    const otherDir = join(home, 'other')
    await other.call('open', { dir: otherDir, name: 'other', join: await holder.call('invite') })
    await other.call('waitForRecords', records + scopes).catch(() => {})
    await settled(other)
    link.cut()
    await new Promise(resolve => setTimeout(resolve, 300))
    const before = link.bytes
    link.heal()
    await settled(other)
    await new Promise(resolve => setTimeout(resolve, 1500))
    const total = link.bytes - before
    await link.close()
    return total
  })
}

async function settled(agent: { call(op: string): Promise<{ connected: boolean; lagEntries: number }[]> }) {
  for (let tries = 0; tries < 600; tries++) {
    const peers = await agent.call('peers')
    if (peers.length > 0 && peers.every(peer => peer.connected && peer.lagEntries === 0)) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('the peers did not settle')
}

/** `moot get` against a running node: the whole command, and of it what the node takes. */
export function getCommand(
  rounds: number,
): Promise<{ wholeMs: number; bareNodeMs: number; answerMs: number }> {
  return withAgents(async home => {
    const dir = join(home, 'one')
    const moot = (...args: string[]) => run(process.execPath, [MOOT, ...args, '--dir', dir])
    await moot('up', '--name', 'one', '--detach')
    try {
      await moot('remember', 'a thing', '--key', 'thing')
      const { connectSocket } = await import('@folkmoot/gateway/client')
      const client = await connectSocket(dir)
      const whole: number[] = []
      const bare: number[] = []
      const answers: number[] = []
      for (let i = 0; i < rounds; i++) {
        whole.push(await timed(() => moot('get', 'thing', '--json')))
        bare.push(await timed(() => run(process.execPath, ['-e', ''])))
        answers.push(await timed(async () => client?.call('get', { id: 'thing' })))
      }
      await client?.close()
      return { wholeMs: median(whole), bareNodeMs: median(bare), answerMs: median(answers) }
    } finally {
      await moot('down')
    }
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function listeningPort(dir: string): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const { listen } = JSON.parse(await readFile(join(dir, 'node.json'), 'utf8')) as { listen: string[] }
  return Number(/\/tcp\/(\d+)/.exec(listen[0] ?? '')?.[1])
}

/** What the entries themselves take: header, signature and payload. */
function entryBytes(dir: string): number {
  const database = new DatabaseSync(join(dir, 'memory.sqlite'), { readOnly: true })
  const found = database
    .prepare(
      'select sum(length(header) + ifnull(length(signature), 0) + ifnull(length(payload), 0)) as bytes from entries',
    )
    .get() as { bytes: number }
  database.close()
  return found.bytes
}
