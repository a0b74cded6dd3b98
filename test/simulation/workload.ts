/** What agents do to their memory during a run, and what they were promised. */
import {
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  type LocalWork,
  type MeshId,
  type NodeId,
  type Op,
  type Plan,
  parseScope,
  remember,
  retract,
  type ScopeAddress,
  settle,
  tag,
  toHex,
  update,
} from '@folkmoot/core'
import type { SimulatedNode } from './node.ts'
import type { Chance } from './random.ts'
import type { Stats } from './stats.ts'

/** A write that its author was told is on disk. */
export interface Acknowledged {
  readonly node: NodeId
  readonly entry: EntryHash
  readonly doc: DocumentId
  readonly scope: ScopeAddress
}

const SCOPES = [
  ...Array.from({ length: 6 }, () => 'app=default'),
  'app=ops',
  'app=ops',
  'app=shop,user=ann',
  'app=shop,user=ann',
  'app=shop,run=1',
].map(parseScope)
const KEYS = ['door', 'lamp', 'kettle', 'gate']
const TAGS = ['home', 'work', 'urgent']
/** Said by many, so that equal values meet. */
const COMMON = ['yes', 'no']
/** Long enough that a burst of them takes several pages. */
const LONG_TEXT = 2_500
const BURST_MAX = 30

export class Workload {
  readonly acknowledged: Acknowledged[] = []
  /** Salts of changes whose author was told that they were not kept. */
  readonly failed = new Set<string>()
  readonly #said = new Set<string>()
  readonly #mesh: MeshId
  readonly #scopes: readonly ScopeAddress[]
  readonly #chance: Chance
  readonly #stats: Stats
  #texts = 0

  /** @param more scopes to write in beside the usual ones */
  constructor(mesh: MeshId, chance: Chance, stats: Stats, more: readonly ScopeAddress[] = []) {
    this.#mesh = mesh
    this.#scopes = [...SCOPES, ...more]
    this.#chance = chance
    this.#stats = stats
  }

  /** True if this node, or whoever wrote there, meant to say that. */
  wasSaid(node: NodeId, doc: DocumentId, register: string, value: unknown): boolean {
    return this.#said.has(sayingOf(node, doc, register, value))
  }

  /** One thing that an agent does, or now and then many at once. */
  act(at: SimulatedNode): void {
    const count = this.#chance.hit(0.025)
      ? this.#chance.between(8, BURST_MAX)
      : this.#chance.hit(0.15)
        ? 3
        : 1
    for (let done = 0; done < count; done++) {
      this.submit(at, count > 3 ? this.#remember(at, LONG_TEXT) : this.#choose(at))
    }
  }

  /** Several agents say something of one thing in the same instant. */
  actTogether(nodes: readonly SimulatedNode[]): void {
    const key = this.#chance.pick(KEYS)
    for (const node of nodes) {
      const statement = {
        scope: DEFAULT_SCOPE,
        key,
        content: this.#text(node, 0),
        why: { reason: node.name },
      }
      this.submit(node, remember(statement, { names: this.#mesh, node: node.node }))
    }
  }

  submit(at: SimulatedNode, plan: Plan): void {
    let salt: string | undefined
    let promise: Omit<Acknowledged, 'entry' | 'node'> | undefined
    const work: LocalWork = {
      kind: 'local',
      ...plan,
      plan: view => {
        const planned = plan.plan(view)
        const { scope, body } = planned
        if (scope === null || !('doc' in body)) return planned
        salt = toHex(body.salt)
        promise = { doc: body.doc, scope }
        if (body.type === 'change') for (const op of body.ops) this.#note(at.node, body.doc, op)
        return planned
      },
      done: result => {
        // A node that is gone tells nobody anything.
        if (!at.isUp) return
        if (result instanceof FolkmootError) {
          this.#stats.count(`writes failed: ${result.code}`)
          if (salt !== undefined) this.failed.add(salt)
          return
        }
        this.#stats.count('writes acknowledged')
        if (promise !== undefined) this.acknowledged.push({ node: at.node, entry: result.entry, ...promise })
      },
    }
    at.write(work)
  }

  /** A row of this node that was not erased, rather a new one than an old one. */
  pickRow(at: SimulatedNode): DocumentRow | undefined {
    const rows = at.replica.storage.rows.list({ limit: 40 }).filter(row => !row.erased)
    return rows[Math.floor(this.#chance.next() ** 2 * rows.length)]
  }

  #choose(at: SimulatedNode): Plan {
    const row = this.pickRow(at)
    if (row === undefined || this.#chance.hit(0.4)) return this.#remember(at, 0)
    const turn = this.#chance.next()
    const disputed = at.replica.storage.rows.list({ conflict: 'open', limit: 10 })[0]
    if (disputed !== undefined && turn < 0.35) return this.#settle(disputed)
    if (turn < 0.7) return update(row.id, this.#text(at, 0))
    if (turn < 0.8) return retract(row.id)
    const [one = '', other = ''] = this.#chance.shuffled(TAGS)
    return this.#chance.hit(0.5) ? tag(row.id, [one], [other]) : tag(row.id, [], [one])
  }

  #settle(row: DocumentRow): Plan {
    const kind = this.#chance.between(0, 5)
    if (kind === 0) return settle(row.id, 'content', { defer: true })
    if (kind === 1)
      return settle(row.id, 'content', { value: 'a third way' }, { why: { reason: 'both are wrong' } })
    return settle(row.id, 'content', { pick: this.#chance.between(1, 2) })
  }

  #remember(at: SimulatedNode, padding: number): Plan {
    const chance = this.#chance
    const isKeyed = padding === 0 && chance.hit(0.7)
    return remember(
      {
        scope: chance.pick(this.#scopes),
        content: this.#text(at, padding),
        ...(isKeyed ? { key: chance.pick(KEYS) } : {}),
        ...(chance.hit(0.3)
          ? { registers: { kind: 'semantic', confidence: chance.between(0, 10) / 10 } }
          : {}),
        ...(chance.hit(0.4) ? { sets: { tags: [chance.pick(TAGS)] } } : {}),
        ...(chance.hit(0.3) ? { why: { reason: `${at.name} heard it` } } : {}),
      },
      { names: this.#mesh, node: at.node },
    )
  }

  #text(at: SimulatedNode, padding: number): string {
    if (padding === 0 && this.#chance.hit(0.25)) return this.#chance.pick(COMMON)
    return `${at.name} says ${this.#texts++}${'.'.repeat(padding)}`
  }

  #note(node: NodeId, doc: DocumentId, [kind, register, value]: Op): void {
    if (kind === 'put') this.#said.add(sayingOf(node, doc, register, value))
    if (kind === 'end') this.#said.add(sayingOf(node, doc, register, null))
  }
}

function sayingOf(node: NodeId, doc: DocumentId, register: string, value: unknown): string {
  return `${node} ${doc} ${register} ${JSON.stringify(value)}`
}
