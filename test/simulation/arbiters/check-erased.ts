/** What was erased is nowhere: in no entry, no row and no verdict of any node. */
import { type DocumentId, MEMBERSHIP_SCOPE, type ScopeAddress } from '@folkmoot/core'
import type { SimulatedNode } from '../node.ts'
import { bodyOf, entriesOf } from './check-rights.ts'
import { textsIn } from './pen.ts'
import type { Problem } from './problem.ts'
import type { Scene } from './scene.ts'

export function checkErased({ mesh, work }: Scene): readonly Problem[] {
  const erased = new Set(mesh.healthy.flatMap(erasedAt))
  const gone = new Set(
    [...work.pen.said].filter(([, docs]) => [...docs].every(doc => erased.has(doc))).map(([text]) => text),
  )
  mesh.stats.count('texts erased', gone.size)
  return mesh.healthy.flatMap(node =>
    [...textsAt(node)]
      .filter(([text]) => gone.has(text))
      .map(
        ([text, where]): Problem => ({ kind: 'not erased', detail: `${node.name} has ${text} in ${where}` }),
      ),
  )
}

function erasedAt({ replica }: SimulatedNode): readonly DocumentId[] {
  const { rows } = replica.storage
  const all = [...rows.list({ limit: 10_000 }), ...rows.list({ type: 'note', limit: 10_000 })]
  return all.filter(row => row.erased).map(({ id }) => id)
}

/** Every text that is stored, and where. */
function textsAt(node: SimulatedNode): ReadonlyMap<string, string> {
  const { replica } = node
  const found = new Map<string, string>()
  const note = (where: string, said: unknown) => {
    for (const text of textsIn(JSON.stringify(said) ?? '')) found.set(text, where)
  }
  for (const { log, scope } of replica.heads()) {
    if (scope === MEMBERSHIP_SCOPE) continue
    // What it wrote itself in a log that others never get is for its own disk alone.
    const mayHold = replica.mayHold(node.node, scope)
    for (const stored of entriesOf(node, log)) {
      if (!mayHold && stored.entry.node === node.node) continue
      const body = bodyOf(stored)
      if (body?.type === 'change') note(`entry ${stored.entry.hash}, ${stored.status}`, body)
    }
  }
  const mayHold = (address: ScopeAddress) => scopesHeld(node).has(address)
  for (const type of ['record', 'note'] as const)
    for (const row of replica.storage.rows.list({ type, limit: 10_000 }))
      if (mayHold(row.scope)) note(`${row.type} ${row.key} ${row.id}`, row)
  return found
}

function scopesHeld({ node, replica }: SimulatedNode): ReadonlySet<ScopeAddress> {
  const heads = [...replica.heads()].filter(({ scope }) => replica.mayHold(node, scope))
  return new Set(heads.flatMap(({ scope }) => replica.scopeName(scope) ?? []))
}
