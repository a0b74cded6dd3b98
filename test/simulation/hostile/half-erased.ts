/**
 * The one difference that honest nodes are let off. An erasure counts where it arrives before its log is cut: there the
 * payloads are destroyed, and nothing brings them back. Where the cut came first it never counts, and is not passed on
 * either. SPEC.md of the core names this among what is not covered, so what a node says of such a document proves
 * nothing; of every other document all must agree.
 */
import { type DocumentId, decodeBody, type LogId, MalformedError, type StoredEntry } from '@folkmoot/core'
import { replicationOf, type SimulatedNode } from '../node.ts'

/**
 * Documents that somebody erased by an entry after the end of its log, as those see it who are still there.
 * @param keepers whoever may have carried the erasure out, or passed on what was left after it
 */
export function halfErased(
  keepers: readonly SimulatedNode[],
  present: readonly SimulatedNode[],
): ReadonlySet<DocumentId> {
  const views = present.map(({ node, replica }) => ({ node, replica, ends: endsOf(replica.sharedHeads()) }))
  const found = new Set<DocumentId>()
  const up = keepers.filter(({ isUp }) => isUp)
  for (const { replica } of up) {
    for (const { log, scope } of replica.heads()) {
      // What never leaves its node, or may not be held, is not missing.
      const holders = views.filter(view => view.replica.mayHold(view.node, scope))
      if (replicationOf(scope, replica) === 'local') continue
      for (const stored of replica.storage.entries.read(log, 0, Number.MAX_SAFE_INTEGER)) {
        const erased = erasedBy(stored)
        const isCut = holders.some(({ ends }) => stored.entry.seq > (ends.get(log) ?? -1))
        if (erased !== undefined && isCut) found.add(erased)
      }
    }
  }
  return new Set([...found].filter(id => up.some(node => lacksPayloads(node, id))))
}

/** Somebody has carried the erasure out. */
function lacksPayloads({ replica }: SimulatedNode, id: DocumentId): boolean {
  return replica.storage.entries.ofDocument(id).some(({ status }) => status === 'erased')
}

function endsOf(heads: Iterable<{ readonly log: LogId; readonly seq: number }>): ReadonlyMap<LogId, number> {
  return new Map([...heads].map(({ log, seq }) => [log, seq]))
}

/** What was rejected erased nothing on any node. */
function erasedBy({ entry, status }: StoredEntry): DocumentId | undefined {
  const { payload } = entry.bytes
  if (payload === null || status === 'rejected') return undefined
  try {
    const body = decodeBody(payload)
    return body.type === 'erase' ? body.doc : undefined
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}
