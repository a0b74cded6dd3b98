/** What must hold when a hostile run is over: for honest nodes that are still members, whatever the others did. */
import {
  audit,
  canonicalJson,
  type DocumentId,
  type EntryHash,
  type Json,
  type LogId,
  type NodeId,
  rebuild,
  type StoredEntry,
  scopeHas,
} from '@folkmoot/core'
import type { Problem } from '../checkers.ts'
import type { SimulatedMesh } from '../mesh.ts'
import { modelFault } from '../model.ts'
import type { SimulatedNode } from '../node.ts'
import type { Workload } from '../workload.ts'
import type { Administration } from './administration.ts'
import { answersOf, present, rowsFor } from './agreement.ts'
import { halfErased } from './half-erased.ts'
import type { ReadWatch } from './read-watch.ts'

export interface Scene {
  readonly mesh: SimulatedMesh
  readonly honest: readonly SimulatedNode[]
  readonly hostile: ReadonlySet<NodeId>
  readonly workload: Workload
  readonly administration: Administration
  readonly watch: ReadWatch
}

/** What hostile members may make an honest node keep: far more than any run writes, far less than they send. */
const ENTRIES_MAX = 6_000
const ROWS_MAX = 3_000
const REFUSALS_MAX = 1_000

/** What only a hostile peer says; two honest nodes never part for it. */
const HOSTILE_CUTS = ['malformed', 'flood', 'unasked', 'mesh', 'version']

export function checkHostileEnd(scene: Scene): readonly Problem[] {
  const nodes = present(scene.honest)
  const views = nodes.map(readAll)
  const half = halfErased(scene.honest, nodes)
  if (half.size > 0) scene.mesh.stats.count('documents erased by halves', half.size)
  return [
    ...checkAgreement(nodes, scene, half),
    ...views.flatMap(checkRows),
    ...views.flatMap(view => checkSayings(view, scene)),
    ...checkWrites(views, scene, half),
    ...scene.honest.filter(({ isUp }) => isUp).flatMap(checkBounds),
    ...checkManners(scene),
    ...scene.watch.breaches.map((detail): Problem => ({ kind: 'forbidden read', detail })),
    ...nodes.slice(0, 1).flatMap(checkRebuild),
  ]
}

interface NodeView {
  readonly node: SimulatedNode
  readonly entries: ReadonlyMap<EntryHash, StoredEntry>
  readonly documents: ReadonlyMap<DocumentId, readonly StoredEntry[]>
  /** How far each log is shown to others. */
  readonly shown: ReadonlyMap<LogId, number>
}

function readAll(node: SimulatedNode): NodeView {
  const entries = new Map<EntryHash, StoredEntry>()
  const documents = new Map<DocumentId, StoredEntry[]>()
  for (const head of node.replica.heads()) {
    for (const stored of node.replica.storage.entries.read(head.log, 0, Number.MAX_SAFE_INTEGER)) {
      entries.set(stored.entry.hash, stored)
      if (stored.document === undefined) continue
      documents.set(stored.document, [...(documents.get(stored.document) ?? []), stored])
    }
  }
  const shown = new Map([...node.replica.sharedHeads()].map(({ log, seq }) => [log, seq]))
  return { node, entries, documents, shown }
}

function checkAgreement(
  nodes: readonly SimulatedNode[],
  { honest, hostile }: Scene,
  half: ReadonlySet<DocumentId>,
): readonly Problem[] {
  const problems: Problem[] = []
  const all = [...honest.map(({ node }) => node), ...hostile]
  for (const [at, one] of nodes.entries()) {
    for (const other of nodes.slice(at + 1)) {
      const pair = `${one.name} and ${other.name}`
      const [a, b] = [answersOf(one, all), answersOf(other, all)]
      if (a !== b)
        problems.push({ kind: 'diverged', detail: `${pair} take the membership for ${a} and ${b}` })
      const [mine, theirs] = [rowsFor(one, other.node), rowsFor(other, one.node)]
      for (const id of new Set([...mine.keys(), ...theirs.keys()])) {
        if (mine.get(id) === theirs.get(id) || half.has(id as DocumentId)) continue
        problems.push({ kind: 'diverged', detail: `${pair} show ${mine.get(id)} and ${theirs.get(id)}` })
      }
    }
  }
  return problems
}

/** Each row says what the entries say that count. */
function checkRows({ node, documents }: NodeView): readonly Problem[] {
  const problems: Problem[] = []
  for (const [id, stored] of documents) {
    const row = node.replica.storage.rows.get(id)
    const counting = stored.filter(({ status }) => status === 'applied')
    const isGone = counting.length === 0 && row === undefined
    const wasErased = stored.some(({ status }) => status === 'erased' || status === 'detached')
    const fault = isGone || (wasErased && row?.erased !== true) ? undefined : modelFault(row, counting)
    if (fault !== undefined) {
      problems.push({
        kind: 'row differs from its entries',
        detail: `${node.name}, ${id}: ${fault}; ${stored.map(placeOf).join(', ')}`,
      })
    }
    const isLeft = stored.some(
      ({ entry, status }) => status !== 'applied' && status !== 'cut' && entry.bytes.payload !== null,
    )
    if (row?.erased === true && isLeft) {
      const left = stored.filter(({ entry, status }) => status !== 'applied' && entry.bytes.payload !== null)
      const what = left.map(
        ({ entry, status, reason }) => `${entry.node.slice(-4)}/${entry.seq} ${status} ${reason}`,
      )
      problems.push({
        kind: 'not erased',
        detail: `${node.name} still holds what ${id} said: ${what.join(', ')}`,
      })
    }
  }
  return problems
}

function placeOf({ entry, status, reason }: StoredEntry): string {
  return `${entry.node.slice(-4)}/${entry.seq} ${status} ${reason ?? ''}`
}

/** Nobody puts words into an honest node's mouth. */
function checkSayings({ node }: NodeView, { workload, hostile }: Scene): readonly Problem[] {
  return [...node.replica.storage.rows.list({ limit: 100_000 })].flatMap(({ id, registers }) =>
    Object.entries(registers).flatMap(([register, siblings]) =>
      siblings
        .filter(sibling => !hostile.has(sibling.node))
        .filter(sibling => !workload.wasSaid(sibling.node, id, register, sibling.value))
        .map(({ node: author, value }): Problem => {
          const said = `${author.slice(-4)} never said ${canonicalJson(value as Json)} of ${id}`
          return { kind: 'invented value', detail: `${node.name}: ${said}` }
        }),
    ),
  )
}

/** What was acknowledged counts everywhere where it may be held; or, if a right was taken back, it is cut everywhere. */
function checkWrites(
  views: readonly NodeView[],
  scene: Scene,
  half: ReadonlySet<DocumentId>,
): readonly Problem[] {
  const { workload, administration, hostile, mesh } = scene
  const problems: Problem[] = []
  const present = new Set(views.map(({ node }) => node.node))
  for (const { node, entry, doc, scope } of workload.acknowledged) {
    const isAtHome = scopeHas(scope, 'run')
    const holders = views.filter(view => {
      const found = [...view.node.replica.heads()].find(
        head => view.node.replica.scopeName(head.scope) === scope,
      )
      return found !== undefined && view.node.replica.mayHold(view.node.node, found.scope)
    })
    if (isAtHome) {
      const strays = views.filter(view => view.node.node !== node && view.entries.has(entry))
      for (const { node: at } of strays)
        problems.push({ kind: 'left its node', detail: `${at.name} has ${entry}` })
      continue
    }
    if (half.has(doc)) continue
    const counts = new Set(holders.map(view => countsIn(view, entry)))
    const where = holders.map(({ node: at, entries }) => `${at.name}: ${placeIn(entries, entry)}`).join(', ')
    const detail = `${entry} of ${doc} in ${scope} by ${node.slice(-4)}: ${where}`
    // Who was put out, or is down for good, may have told nobody.
    if (counts.size > 1) problems.push({ kind: 'cut unevenly', detail })
    const isSafe =
      !administration.touched.has(node) &&
      !administration.isContested &&
      !hostile.has(node) &&
      present.has(node)
    if (isSafe && counts.has(false)) problems.push({ kind: 'lost write', detail })
    if (!isSafe && counts.has(false)) mesh.stats.count('writes that were cut')
  }
  return problems
}

/** What was erased says nothing any more of whether it was cut: then its place does. */
function countsIn({ entries, shown }: NodeView, hash: EntryHash): boolean {
  const stored = entries.get(hash)
  if (stored === undefined || stored.status === 'applied') return stored !== undefined
  const isGone = stored.status === 'erased' || stored.status === 'detached'
  return isGone && stored.entry.seq <= (shown.get(stored.entry.log) ?? -1)
}

function placeIn(entries: NodeView['entries'], entry: EntryHash): string {
  const stored = entries.get(entry)
  return stored === undefined ? 'not there' : `${stored.status} ${stored.reason ?? ''}`
}

function checkBounds({ name, replica }: SimulatedNode): readonly Problem[] {
  const { rows, notes, entries } = replica.storage
  const stored = [...entries.heads()].reduce((sum, { seq }) => sum + seq + 1, 0)
  const found = {
    entries: stored,
    rows: rows.list({ limit: 100_000 }).length,
    refusals: notes.refusals().length,
  }
  const most = { entries: ENTRIES_MAX, rows: ROWS_MAX, refusals: REFUSALS_MAX }
  return (Object.keys(most) as (keyof typeof most)[])
    .filter(what => found[what] > most[what])
    .map(what => ({ kind: 'over its bounds', detail: `${name} holds ${found[what]} ${what}` }))
}

function checkManners({ honest }: Scene): readonly Problem[] {
  const nodes = new Map(honest.map(({ node, name }) => [node, name]))
  return honest.flatMap(({ name, cuts }) =>
    cuts
      .filter(({ peer, code }) => nodes.has(peer) && HOSTILE_CUTS.includes(code))
      .map(({ peer, code, reason }): Problem => {
        return {
          kind: 'refused an honest peer',
          detail: `${name} parts from ${nodes.get(peer)}: ${code}, ${reason}`,
        }
      }),
  )
}

/** The log proves itself, and the rows are no more than it says. */
function checkRebuild({ replica, name }: SimulatedNode): readonly Problem[] {
  const { faults, rowsDiffer } = audit(replica)
  const before = replica.roots.root()
  rebuild(replica)
  const after = replica.roots.root()
  return [
    ...faults.map(
      ({ seq, reason }): Problem => ({ kind: 'broken chain', detail: `${name}/${seq}: ${reason}` }),
    ),
    ...rowsDiffer.map(
      (id): Problem => ({ kind: 'row differs from its entries', detail: `${name}: the audit of ${id}` }),
    ),
    ...(before === after
      ? []
      : [{ kind: 'row differs from its entries' as const, detail: `${name}: another root when rebuilt` }]),
  ]
}
