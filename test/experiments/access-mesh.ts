/** The five agents as nodes of one sealed mesh, over TCP on loopback, and who founded it to grant and revoke. */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeHeader } from '@folkmoot/core'
import { type MemoryNode, openNode, type Permission } from '@folkmoot/node'
import { AGENTS, type Asker, type Block, changes, type Edge, type Writing } from './dynamic-access.ts'
import type { Placed } from './read-paths.ts'

const listen = ['/ip4/127.0.0.1/tcp/0']
/** What every agent may read and write: the shared tier. */
const LAB = 'app=lab'
/** Longer than a peer leaves a log alone of which it was sent nothing new. */
const PATIENCE_MS = 20_000

export class AccessMesh {
  readonly #home: string
  readonly #steward: MemoryNode
  readonly #agents: ReadonlyMap<string, MemoryNode>
  readonly placed = new Map<number, Placed>()

  static async open(): Promise<AccessMesh> {
    const home = mkdtempSync(join(tmpdir(), 'folkmoot-access-'))
    const steward = await openNode({ dir: join(home, 'steward'), name: 'steward', listen })
    const agents = new Map<string, MemoryNode>()
    for (const agent of AGENTS) {
      const permissions = [{ scope: LAB, rights: ['read' as const, 'write' as const] }]
      const { ticket } = await steward.invite({ agent, permissions })
      agents.set(agent, await openNode({ dir: join(home, agent), name: agent, join: ticket, listen }))
    }
    return new AccessMesh(home, steward, agents)
  }

  private constructor(home: string, steward: MemoryNode, agents: ReadonlyMap<string, MemoryNode>) {
    this.#home = home
    this.#steward = steward
    this.#agents = agents
  }

  /** An agent's node, in the service of a user. */
  viewFor({ user, agent }: Asker): MemoryNode {
    return this.nodeOf(agent).as({ user })
  }

  nodeOf(agent: string): MemoryNode {
    const node = this.#agents.get(agent)
    if (node === undefined) throw new Error(`no agent ${agent}`)
    return node
  }

  /** Grants and revokes until both graphs are those of the block, and every node knows. */
  async become(before: Block, after: Block): Promise<void> {
    const served = changes(before.served, after.served)
    const used = changes(before.used, after.used)
    for (const agent of AGENTS) {
      const granted = [...permissionsOf(agent, served.granted), ...permissionsOf(agent, used.granted)]
      const revoked = [...permissionsOf(agent, served.revoked), ...permissionsOf(agent, used.revoked)]
      if (granted.length > 0) await this.#steward.grant(`agent=${agent}`, granted)
      if (revoked.length > 0) await this.#steward.revoke(`agent=${agent}`, revoked)
    }
    const wanted = await edgesKnownTo(this.#steward)
    for (const node of this.#agents.values())
      await until(`${node.name} knows the grants`, async () => (await edgesKnownTo(node)) === wanted)
  }

  /** Writes it, and notes where it is. */
  async write({ by, what, fragment, rival, resources, from }: Writing): Promise<void> {
    const { secret, owner, number, kind } = fragment
    const scope = owner === null ? LAB : `user=${owner}`
    const key = `key-${number}`
    if (what === 'update') {
      const place = this.#place(number)
      const { entry } = await this.viewFor(by).update(place.id, `fragment again ${secret}`, { resources })
      this.placed.set(number, { ...place, entries: [entry], at: Date.now() })
      return
    }
    const options = { scope, resources, derivedFrom: from.map(({ number }) => this.#place(number).id) }
    const place = { fragment, key, scope, isDisputed: false }
    if (kind === 'block') {
      const { id, heads } = await this.viewFor(by).createBlock(key, `fragment ${secret}`, options)
      this.placed.set(number, { ...place, id, entries: heads, at: Date.now() })
      return
    }
    const say = (asker: Asker, text: string) =>
      this.viewFor(asker).remember(`${text} ${secret}`, { ...options, key, tags: ['tag'] })
    const said = [say(by, 'fragment'), ...(rival === null ? [] : [say(rival, 'rival fragment')])]
    const written = await Promise.all(said)
    const [{ id } = { id: '' }] = written
    this.placed.set(number, { ...place, id, entries: written.map(({ entry }) => entry), at: Date.now() })
  }

  /** Waits until every agent has stored what its scopes have: refusals are then for the rule, not for lack of it. */
  async spread(block: Block, numbers: Iterable<number>): Promise<void> {
    for (const number of numbers) {
      const place = this.#place(number)
      const { scope, entries, id, fragment } = place
      const holders = AGENTS.filter(agent => scope === LAB || block.served.has(`${scope.slice(5)} ${agent}`))
      for (const node of [this.#steward, ...holders.map(agent => this.nodeOf(agent))]) {
        const isThere = () => holds(node, id, entries)
        await until(`${node.name} has fragment ${number} of ${scope}`, isThere)
      }
      if (fragment.kind === 'disputed')
        this.placed.set(number, { ...place, isDisputed: await isDisputed(this.#steward, id) })
    }
  }

  /** Agents whose storage has a log of this user's own scope. */
  holdersOf(user: string): readonly string[] {
    const scope = scopeIdOf(join(this.#home, 'steward'), `user=${user}`)
    return AGENTS.filter(agent => scopesIn(join(this.#home, agent)).has(scope ?? ''))
  }

  /** Whether any file of an agent's node has these bytes. */
  hasBytes(agent: string, text: string): boolean {
    const dir = join(this.#home, agent)
    const files = readdirSync(dir, { withFileTypes: true, recursive: true }).filter(file => file.isFile())
    return files.some(file => readFileSync(join(file.parentPath, file.name)).includes(text))
  }

  async close(): Promise<void> {
    await Promise.all([this.#steward, ...this.#agents.values()].map(node => node.close()))
    rmSync(this.#home, { recursive: true, force: true })
  }

  #place(number: number): Placed {
    const placed = this.placed.get(number)
    if (placed === undefined) throw new Error(`fragment ${number} was never written`)
    return placed
  }
}

/** An edge user -> agent is the right to that user's own scope; agent -> resource is leave to use it. */
function permissionsOf(agent: string, edges: readonly Edge[]): readonly Permission[] {
  return edges.flatMap((edge): readonly Permission[] => {
    const [from, to] = edge.split(' ')
    if (to === agent) return [{ scope: `user=${from}`, rights: ['read', 'write'] }]
    return from === agent ? [{ resource: `${to}` }] : []
  })
}

async function edgesKnownTo(node: MemoryNode): Promise<string> {
  const { grants } = await node.access()
  return JSON.stringify(grants.map(grant => JSON.stringify(grant)).sort())
}

/** True once the entries are stored there, whether or not anybody may read them. */
async function holds(node: MemoryNode, id: string, entries: readonly string[]): Promise<boolean> {
  try {
    await node.get(id, { after: entries as never[], signal: AbortSignal.timeout(100) })
    return true
  } catch {
    return false
  }
}

/** Who heard the other first has not disagreed with them. */
async function isDisputed(steward: MemoryNode, id: string): Promise<boolean> {
  return (await steward.conflicts({ all: true })).some(({ record }) => record === id)
}

function scopeIdOf(dir: string, address: string): string | undefined {
  return query(dir, 'select lower(hex(id)) as found from scopes where address = ?', address)[0]
}

/** Of every log that is stored, by what its first entry says. */
function scopesIn(dir: string): ReadonlySet<string> {
  const headers = query(dir, 'select lower(hex(header)) as found from entries where seq = 0 or seq > ?', -1)
  return new Set(
    headers.map(header => decodeHeader(new Uint8Array(Buffer.from(header, 'hex'))).scope as string),
  )
}

/** Of a copy: a running node keeps its database for itself. */
function query(dir: string, sql: string, parameter: string | number): readonly string[] {
  const copy = mkdtempSync(join(tmpdir(), 'folkmoot-access-copy-'))
  for (const file of ['memory.sqlite', 'memory.sqlite-wal']) {
    if (existsSync(join(dir, file))) copyFileSync(join(dir, file), join(copy, file))
  }
  const database = new DatabaseSync(join(copy, 'memory.sqlite'))
  try {
    return database
      .prepare(sql)
      .all(parameter)
      .map(({ found }) => String(found))
  } finally {
    database.close()
    rmSync(copy, { recursive: true, force: true })
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s: ${what}`)
    await sleep(20)
  }
}
