/** What must hold, while a run goes on and when it is over. Each checker says what does not. */
import {
  audit,
  canonicalJson,
  type DocumentId,
  type DocumentRow,
  decodeBody,
  type EntryHash,
  type Json,
  type NodeId,
  Replica,
  rebuild,
  type StoredEntry,
  scopeHas,
  toHex,
} from '@folkmoot/core'
import type { SimulatedMesh } from './mesh.ts'
import { modelFault } from './model.ts'
import { replicationOf, type SimulatedNode } from './node.ts'
import type { Workload } from './workload.ts'

export type ProblemKind =
  | 'not quiet'
  | 'diverged'
  | 'one frontier, two roots'
  | 'lost write'
  | 'lost confirmation'
  | 'kept what it said it had not'
  | 'invented value'
  | 'row differs from its entries'
  | 'does not count'
  | 'refused an honest peer'
  | 'broken chain'
  | 'left its node'
  | 'not erased'
  | 'transport law'
  | 'forbidden read'
  | 'cut unevenly'
  | 'over its bounds'

export interface Problem {
  readonly kind: ProblemKind
  readonly detail: string
}

/** Where a node's shared logs stand. */
export function frontierOf({ replica }: SimulatedNode): string {
  return [...replica.sharedHeads()]
    .filter(({ scope }) => replicationOf(scope, replica) !== 'local')
    .map(({ log, seq, hash }) => `${log} ${seq} ${hash}`)
    .sort()
    .join('\n')
}

/** The root of what nodes share. */
export function rootOf({ replica }: SimulatedNode): string {
  return replica.roots.root(replica.roots.scopes().filter(({ scope }) => !scopeHas(scope, 'run')))
}

/** Equal frontier means equal state: of any two nodes, at any two times. */
export class FrontierWatch {
  readonly #roots = new Map<string, { readonly root: string; readonly name: string }>()
  readonly problems: Problem[] = []

  look(mesh: SimulatedMesh): void {
    for (const node of mesh.upNodes) {
      const [frontier, root] = [frontierOf(node), rootOf(node)]
      const known = this.#roots.get(frontier)
      if (known === undefined) this.#roots.set(frontier, { root, name: node.name })
      else if (known.root !== root) {
        const detail = `${node.name} and ${known.name} hold the same entries and read differently`
        this.problems.push({ kind: 'one frontier, two roots', detail })
      } else if (known.name !== node.name) mesh.stats.count('equal frontiers compared')
    }
  }
}

/** Nobody here is hostile, so nobody may be taken to be. */
const HOSTILE_REFUSALS = ['forged', 'equivocation', 'malformed', 'wrong-mesh', 'too-large', 'usage']
const HOSTILE_CUTS = ['malformed', 'flood', 'unasked', 'mesh', 'version']

export function checkManners(mesh: SimulatedMesh): readonly Problem[] {
  const refused = mesh.stats
    .startingWith('refused ')
    .filter(([what]) => HOSTILE_REFUSALS.includes(what.slice(8)))
  const cut = mesh.stats.startingWith('cut ').filter(([what]) => HOSTILE_CUTS.includes(what.slice(4)))
  return [...refused, ...cut].map(([what]) => ({ kind: 'refused an honest peer', detail: what }))
}

/** After a run that became quiet. */
export function checkEnd(mesh: SimulatedMesh, workload: Workload): readonly Problem[] {
  const nodes = mesh.healthy
  const [first] = nodes
  if (first === undefined) return []
  const views = nodes.map(readAll)
  return [
    ...checkConverged(views),
    ...views.flatMap((view, at) => checkRows(view, at === 0)),
    ...views.flatMap(view => checkCounted(view)),
    ...views.flatMap(view => checkSayings(view, workload)),
    ...checkWrites(mesh, views, workload),
    // All show the same rows by now, so one rebuild speaks for them; which node's, chance says.
    ...checkRebuild(mesh.chance.pick(nodes)),
  ]
}

/** Everything one node holds. */
interface NodeView {
  readonly node: SimulatedNode
  readonly entries: ReadonlyMap<EntryHash, StoredEntry>
  readonly documents: ReadonlyMap<DocumentId, readonly StoredEntry[]>
  readonly rows: ReadonlyMap<DocumentId, DocumentRow>
}

function readAll(node: SimulatedNode): NodeView {
  const entries = new Map<EntryHash, StoredEntry>()
  const documents = new Map<DocumentId, StoredEntry[]>()
  const { storage } = node.replica
  for (const head of node.replica.heads()) {
    for (const stored of storage.entries.read(head.log, 0, Number.MAX_SAFE_INTEGER)) {
      entries.set(stored.entry.hash, stored)
      const { payload } = stored.entry.bytes
      const body = payload === null ? undefined : decodeBody(payload)
      const id = body !== undefined && 'doc' in body ? body.doc : stored.document
      if (id !== undefined) documents.set(id, [...(documents.get(id) ?? []), stored])
    }
  }
  const rows = new Map([...storage.rows.list({ limit: 100_000 })].map(row => [row.id, row]))
  return { node, entries, documents, rows }
}

function checkConverged(views: readonly NodeView[]): readonly Problem[] {
  const [first, ...others] = views
  if (first === undefined) return []
  return others.flatMap(other => {
    const pair = `${first.node.name} and ${other.node.name}`
    if (frontierOf(first.node) !== frontierOf(other.node)) return [diverged(`${pair} hold different entries`)]
    if (rootOf(first.node) !== rootOf(other.node)) return [diverged(`${pair} have different roots`)]
    return [...first.rows.values()]
      .filter(row => !isLocal(row) && textOf(row) !== textOf(other.rows.get(row.id)))
      .map(row => diverged(`${pair} show ${textOf(row)} and ${textOf(other.rows.get(row.id))}`))
  })
}

function diverged(detail: string): Problem {
  return { kind: 'diverged', detail }
}

/** What the plain model says, and nothing left of what was erased. */
function checkRows({ node, documents, rows }: NodeView, all: boolean): readonly Problem[] {
  const problems: Problem[] = []
  for (const [id, stored] of documents) {
    const row = rows.get(id)
    if (!all && row !== undefined && !isLocal(row)) continue
    const fault = modelFault(row, stored)
    if (fault !== undefined) {
      problems.push({ kind: 'row differs from its entries', detail: `${node.name}, ${id}: ${fault}` })
    }
    const isLeft = stored.some(({ entry, status }) => status !== 'applied' && entry.bytes.payload !== null)
    if (row?.erased === true && isLeft) {
      problems.push({ kind: 'not erased', detail: `${node.name} still holds what ${id} said` })
    }
  }
  return problems
}

function checkCounted({ node, entries, rows }: NodeView): readonly Problem[] {
  const anyErased = [...rows.values()].some(row => row.erased)
  return [...entries.values()].flatMap(({ entry, status, reason }): Problem[] => {
    // Who erased a memory passes its entries on without their payload.
    const isFine = status === 'applied' || status === 'erased' || (anyErased && status === 'detached')
    const detail = `${node.name}: ${entry.node.slice(-4)}/${entry.seq} is ${status}, ${reason}`
    return isFine ? [] : [{ kind: 'does not count', detail }]
  })
}

function checkSayings({ node, rows }: NodeView, workload: Workload): readonly Problem[] {
  return [...rows.values()].flatMap(({ id, registers }) =>
    Object.entries(registers).flatMap(([register, siblings]) =>
      siblings
        .filter(sibling => !workload.wasSaid(sibling.node, id, register, sibling.value))
        .map(({ node: author, value }): Problem => {
          const said = `${author.slice(-4)} never said ${canonicalJson(value)} of ${id}`
          return { kind: 'invented value', detail: `${node.name}: ${said}` }
        }),
    ),
  )
}

/** What was acknowledged is everywhere; what failed is nowhere; what is local stayed at home. */
function checkWrites(
  mesh: SimulatedMesh,
  views: readonly NodeView[],
  workload: Workload,
): readonly Problem[] {
  const problems: Problem[] = []
  const homeless = new Set<NodeId>([...mesh.badNodes].map(({ node }) => node))
  for (const { node, entry, doc, scope } of workload.acknowledged) {
    const isAtHome = scopeHas(scope, 'run')
    for (const view of views) {
      const stored = view.entries.get(entry)
      const wants = isAtHome ? view.node.node === node : !homeless.has(node)
      if (wants && stored === undefined) {
        problems.push({ kind: 'lost write', detail: `${view.node.name} has not got ${entry} of ${doc}` })
      }
      if (isAtHome && !wants && stored !== undefined) {
        problems.push({ kind: 'left its node', detail: `${view.node.name} has ${entry} of ${scope}` })
      }
    }
  }
  for (const { node, entries } of views) {
    for (const { entry } of entries.values()) {
      const { payload } = entry.bytes
      const body = payload === null ? undefined : decodeBody(payload)
      if (body === undefined || !('doc' in body) || !workload.failed.has(toHex(body.salt))) continue
      problems.push({ kind: 'kept what it said it had not', detail: `${node.name} has ${entry.hash}` })
    }
  }
  return problems
}

/** The log proves itself, and rows and what is kept in memory are no more than it says. */
function checkRebuild(node: SimulatedNode): readonly Problem[] {
  const { replica, name } = node
  const { faults, rowsDiffer } = audit(replica)
  const problems: Problem[] = [
    ...faults.map(
      ({ seq, reason }): Problem => ({ kind: 'broken chain', detail: `${name}/${seq}: ${reason}` }),
    ),
    ...rowsDiffer.map(id => rowFault(`${name}: the audit of ${id}`)),
  ]
  const rowsNow = () => replica.storage.rows.list({ limit: 100_000 })
  const before = new Map(rowsNow().map(row => [row.id, textOf(row)]))
  const root = replica.roots.root()
  rebuild(replica)
  const after = rowsNow()
  if (after.length !== before.size)
    problems.push(rowFault(`${name}: ${before.size} rows, ${after.length} rebuilt`))
  for (const row of after) {
    if (textOf(row) === before.get(row.id)) continue
    problems.push(rowFault(`${name}: ${before.get(row.id)} is rebuilt as ${textOf(row)}`))
  }
  const { mesh, storage } = replica
  const idle = { now: () => 0, bytes: () => new Uint8Array(), node: node.node, sign: () => new Uint8Array() }
  const reopened = new Replica(mesh, { storage, clock: idle, random: idle, signer: idle })
  if (reopened.roots.root() !== root) problems.push(rowFault(`${name}: another root when opened again`))
  return problems
}

function rowFault(detail: string): Problem {
  return { kind: 'row differs from its entries', detail }
}

function isLocal(row: DocumentRow): boolean {
  return scopeHas(row.scope, 'run')
}

function textOf(row: DocumentRow | undefined): string {
  return row === undefined ? 'nothing' : canonicalJson(row as unknown as Json)
}
