import { once } from 'node:events'
import { join } from 'node:path'
import {
  type AutomergeUrl,
  ImmutableString,
  type PeerId,
  Repo,
  type RepoConfig,
} from '@automerge/automerge-repo'
import { WebSocketClientAdapter, WebSocketServerAdapter } from '@automerge/automerge-repo-network-websocket'
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs'
import { WebSocketServer } from 'ws'
import { makeRecord, makeRecords } from '../records.ts'
import { stopwatch, until } from './clock.ts'
import { diskUse } from './disk.ts'
import type { Context, Peer } from './run.ts'
import { versionOf } from './versions.ts'
import { countedWire } from './wire.ts'

type Fields = { [field in 'id' | 'kind' | 'content' | 'tag']: ImmutableString } & { confidence: number }
type Index = { urls: ImmutableString[] }

const shape =
  'one document per record, strings stored as ImmutableString (a plain string would be a collaborative text of ' +
  'one operation per character)'
const disk =
  'NodeFS storage writes one file per record without fsync; only flush saves (saveDebounceRate an hour)'

function fields(i: number): Fields {
  const { confidence, ...strings } = makeRecord(i)
  const immutable = Object.entries(strings).map(([name, value]) => [name, new ImmutableString(value)])
  return { ...Object.fromEntries(immutable), confidence }
}

/**
 * A repo on disk that saves when it is told to flush. Left at 100 ms, its own timer saves each document a second
 * time beside the flush, which costs time and leaves a file cut short if the process then ends.
 */
const openRepo = (dir: string, options: RepoConfig = {}) =>
  new Repo({
    storage: new NodeFSStorageAdapter(join(dir, 'documents')),
    saveDebounceRate: 3_600_000,
    ...options,
  })

const clientOf = (dir: string, port: number) =>
  openRepo(dir, {
    peerId: 'fresh' as PeerId,
    network: [new WebSocketClientAdapter(`ws://127.0.0.1:${port}`, 100)],
  })

/** Reads the last record back through a second repo over the same folder. */
async function check(dir: string, records: number, url: AutomergeUrl): Promise<void> {
  const last = (await openRepo(dir).find<Fields>(url)).doc()
  if (String(last.content) !== makeRecord(records - 1).content) throw new Error('the last is not on disk')
}

async function writes({ records, dir, progress }: Context) {
  const repo = openRepo(dir)
  await repo.storageId()
  let url = '' as AutomergeUrl
  const elapsed = stopwatch()
  for (let i = 0; i < records; i++) {
    const handle = repo.create<Fields>(fields(i))
    await repo.flush([handle.documentId])
    url = handle.url
    progress(i + 1)
  }
  const seconds = elapsed()
  await check(dir, records, url)
  const notes = `repo.create and repo.flush of one document each; ${shape}; ${disk}`
  return { seconds, ...diskUse(dir), bytesAre: 'on disk' as const, fsync: false, notes }
}

async function batch({ records, dir }: Context) {
  const repo = openRepo(dir)
  await repo.storageId()
  const elapsed = stopwatch()
  const handles = Array.from({ length: records }, (_, i) => repo.create<Fields>(fields(i)))
  await repo.flush()
  const seconds = elapsed()
  await check(dir, records, (handles.at(-1) as (typeof handles)[number]).url)
  const notes = `every repo.create, then one repo.flush; ${shape}; ${disk}`
  return { seconds, ...diskUse(dir), bytesAre: 'on disk' as const, fsync: false, notes }
}

/** Finds every document named in the index, 16 at a time (all at once is slower), then writes them to disk. */
async function fetchAll(repo: Repo, index: AutomergeUrl, { records, progress }: Context) {
  const elapsed = stopwatch()
  const urls = (await repo.find<Index>(index)).doc().urls.map(url => String(url) as AutomergeUrl)
  const contents = new Set<string>()
  const left = urls.values()
  const lane = async () => {
    for (const url of left) {
      contents.add(String((await repo.find<Fields>(url)).doc().content))
      progress(contents.size)
    }
  }
  await Promise.all(Array.from({ length: 16 }, lane))
  const readable = elapsed()
  await repo.flush()
  for (const { content } of makeRecords(records)) contents.delete(content)
  if (urls.length !== records || contents.size > 0) throw new Error('what arrived differs')
  return { readable, last: urls.at(-1) as AutomergeUrl }
}

async function holder(context: Context) {
  const dir = join(context.dir, 'holder')
  const seeder = await context.helper('seed', { dir, records: context.records })
  await seeder.stop()
  const server = await context.helper('serve', { dir })
  return { index: seeder.answer.index as AutomergeUrl, port: server.answer.port as number }
}

async function catchup(context: Context) {
  const { index, port } = await holder(context)
  const dir = join(context.dir, 'fresh')
  const elapsed = stopwatch()
  const { readable, last } = await fetchAll(clientOf(dir, port), index, context)
  const seconds = elapsed()
  await check(dir, context.records, last)
  const notes =
    'WebSocket adapters; the fresh side is given the url of one index document that lists the rest, finds ' +
    `them 16 at a time and flushes; the holder starts with nothing loaded; ${shape}; ${disk}`
  return {
    seconds,
    readableSeconds: readable,
    ...diskUse(dir),
    bytesAre: 'on disk' as const,
    fsync: false,
    notes,
  }
}

async function reconnect(context: Context) {
  const { index, port } = await holder(context)
  const wire = await countedWire(port)
  const repo = clientOf(join(context.dir, 'fresh'), wire.port)
  await fetchAll(repo, index, context)
  await wire.quiet(1000)
  const heard = new Set<string>()
  repo.networkSubsystem.on('message', message => {
    if ('documentId' in message && message.documentId) heard.add(message.documentId)
  })
  const elapsed = wire.reset()
  wire.cut()
  await until(() => heard.size > context.records)
  await wire.quiet(1000)
  const seconds = elapsed()
  wire.close()
  const notes =
    'the TCP connection is cut once both sides have everything; bytes both ways from then until every document has ' +
    'been heard of again and nothing has passed for a second; the client tries again after 100 ms; every document ' +
    'is open on both sides'
  return { seconds, bytes: wire.bytes(), bytesAre: 'on the wire' as const, notes }
}

async function seed({ dir, records }: { dir: string; records: number }) {
  const repo = openRepo(dir)
  const urls = Array.from({ length: records }, (_, i) => repo.create<Fields>(fields(i)).url)
  const index = repo.create<Index>({ urls: urls.map(url => new ImmutableString(url)) })
  await repo.flush()
  return { index: index.url }
}

async function serve({ dir }: { dir: string }) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  // The two packages' types of the same class differ in an optional field.
  const network = [new WebSocketServerAdapter(server as never)]
  openRepo(dir, { peerId: 'holder' as PeerId, network })
  return { port: (server.address() as { port: number }).port }
}

export const peer: Peer = {
  name: `automerge-repo ${versionOf('@automerge/automerge-repo')}`,
  tasks: { writes, batch, catchup, reconnect },
  roles: { seed, serve },
}
