import { HiddenPatterns } from './access/hidden-pattern.ts'
import { barredDigest } from './barred.ts'
import { assert } from './errors.ts'
import { type DocumentId, ID_BYTES, type MeshId, type NodeId, type ScopeNames } from './ids.ts'
import type { OpenDocument } from './open-document.ts'
import type { Random, Storage } from './ports.ts'
import type { PlanView } from './work.ts'

/** What plans are made on: the state as it is stored, with the writes before them. */
export function planView(
  { entries, rows, notes }: Storage,
  { mesh, names }: { readonly mesh: MeshId; readonly names: ScopeNames },
  { node, random }: { readonly node: NodeId; readonly random: Random },
  document: (id: DocumentId) => OpenDocument,
): PlanView {
  const patterns = new HiddenPatterns(mesh, names)
  return {
    node,
    row: id => rows.get(id),
    document,
    place(hash) {
      const entry = entries.find(hash)?.entry
      assert(entry !== undefined, 'what a change depends on is stored')
      return [entry.log, entry.seq]
    },
    barredDigest: (scope, value) => barredDigest(names, scope, value),
    isBarred: (scope, value) => notes.isBarred(() => barredDigest(names, scope, value)),
    salt: () => random.bytes(ID_BYTES),
    hidden: permission => patterns.hide(permission, random),
  }
}
