/** What must hold when all have met again, the leases have run out, and the arbiters have nothing left to do. */
import { audit, canonicalJson, type DocumentRow, type Json, rebuild } from '@folkmoot/core'
import type { Inbox } from '../../../packages/node/src/inbox.ts'
import type { SimulatedNode } from '../node.ts'
import { checkErased } from './check-erased.ts'
import { checkRights } from './check-rights.ts'
import { checkRow } from './check-row.ts'
import { checkSettled } from './check-settled.ts'
import { ownerViewOf } from './companion.ts'
import type { Problem } from './problem.ts'
import { rowsAt, type Scene } from './scene.ts'
import { apart } from './scope-watch.ts'

export function checkEnd(scene: Scene): readonly Problem[] {
  const { mesh, work } = scene
  const nodes = mesh.healthy
  const [first] = nodes
  if (first === undefined) return []
  const rebuilt = mesh.chance.pick(nodes)
  return [
    ...checkConverged(nodes),
    ...nodes.flatMap(node => checkStored(node, scene)),
    ...nodes.flatMap(node =>
      rowsAt(node).flatMap(row => [...checkRow(node, row), ...checkSettled(scene, node, row)]),
    ),
    ...checkRights(scene),
    ...checkErased(scene),
    ...work.restarts.faults.map((detail): Problem => ({ kind: 'forgotten in a restart', detail })),
    ...audit(first.replica).faults.map(
      ({ seq, reason }): Problem => ({ kind: 'broken chain', detail: `${first.name}/${seq}: ${reason}` }),
    ),
    // The last, since it makes the rows anew.
    ...checkRebuilt(rebuilt),
  ]
}

/** Of what two may both read both show the same. */
function checkConverged(nodes: readonly SimulatedNode[]): readonly Problem[] {
  const detail = apart(nodes)
  if (detail !== undefined) return [{ kind: 'diverged', detail }]
  const views = nodes.map(node => ({ name: node.name, ...saidBy(node) }))
  return views.flatMap((one, at) =>
    views.slice(at + 1).flatMap(other => {
      const isShared = (scope: string) => one.scopes.has(scope) && other.scopes.has(scope)
      const ids = new Set([...one.said.keys(), ...other.said.keys()])
      return [...ids].flatMap((id): Problem[] => {
        const [mine, theirs] = [one.said.get(id), other.said.get(id)]
        if (mine?.text === theirs?.text || !isShared(mine?.scope ?? theirs?.scope ?? '')) return []
        const said = `${mine?.text ?? 'nothing'} and ${theirs?.text ?? 'nothing'}`
        return [{ kind: 'diverged', detail: `${one.name} and ${other.name} say ${said}` }]
      })
    }),
  )
}

/** What readers act on, and all that is said of its disagreements. */
function saidBy(node: SimulatedNode) {
  const { reader, sight } = ownerViewOf(node, node.replica, undefined as unknown as Inbox)
  const rows = rowsAt(node)
  const said = rows.map(row => {
    const { value, supersededBy } = reader.memory(row)
    const text = canonicalJson({ value, supersededBy, row: timeless(row) } as unknown as Json)
    return [row.id, { scope: row.scope, text }] as const
  })
  const scopes = new Set<string>(rows.map(({ scope }) => scope).filter(scope => sight.mayReadScope(scope)))
  return { said: new Map(said), scopes }
}

/** When something was erased hangs on which came first here, the erasure or the notice of it. */
function timeless(row: DocumentRow): DocumentRow {
  return row.erased ? { ...row, createdAt: 0, updatedAt: 0 } : row
}

/** What its author was told is on disk is on every disk, and counts; but for those whose disk never came back. */
function checkStored({ name, node, replica }: SimulatedNode, { mesh, work }: Scene): readonly Problem[] {
  const gone = new Set([...mesh.badNodes].map(({ node }) => node))
  const scopes = new Map([...replica.heads()].map(({ scope }) => [replica.scopeName(scope), scope]))
  return work.pen.acknowledged.flatMap(({ node: author, entry, doc, scope }): Problem[] => {
    const id = scopes.get(scope)
    const isHeld = id !== undefined && replica.mayHold(node, id)
    if (!isHeld || gone.has(author) || work.law.isCutOff(author, scope)) return []
    const status = replica.storage.entries.find(entry)?.status
    const isErased = replica.storage.rows.get(doc)?.erased === true
    if (status === 'applied' || (isErased && (status === 'erased' || status === 'detached'))) return []
    return [{ kind: 'lost write', detail: `${name} has ${entry} of ${doc} as ${status ?? 'nothing'}` }]
  })
}

/** Rows follow from entries. */
function checkRebuilt(node: SimulatedNode): readonly Problem[] {
  const texts = () =>
    new Map(rowsAt(node).map(row => [row.id, canonicalJson(timeless(row) as unknown as Json)]))
  const before = texts()
  rebuild(node.replica)
  const after = texts()
  const ids = [...new Set([...before.keys(), ...after.keys()])]
  return ids
    .filter(id => before.get(id) !== after.get(id))
    .map(id => ({
      kind: 'not what its entries say',
      detail: `${node.name} showed ${before.get(id)}, and made anew ${after.get(id)}`,
    }))
}
