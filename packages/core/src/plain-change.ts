/** A change that its document needs no merging for. Most are: their authors knew all that was said in it. */
import type { ChangeBody, DocumentChange } from './causal-order.ts'
import type { ReadChange } from './document-change.ts'
import { factsAfter } from './document-facts.ts'
import { compareTime } from './hlc.ts'
import type { EntryHash } from './ids.ts'
import { materialise } from './materialise.ts'
import type { DocumentContent } from './open-document.ts'
import type { StoredEntry } from './ports.ts'
import { contentAfter } from './record-content.ts'
import { newest } from './resolve.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'

/** Of a longer history it is cheaper to keep the document open than to look at every entry again. */
const HISTORY_MAX = 16

/**
 * The row after a change that depends on everything in its record, or undefined if the record has to be opened: where
 * values stand that the change had not seen, where something waits, and where anything was ever settled.
 * @param stored all entries of the document, without the change's own
 */
export function rowAfterPlain(
  change: DocumentChange,
  stored: readonly StoredEntry[],
  read: ReadChange,
  scope: ScopeAddress,
  before: DocumentRow | undefined,
): DocumentRow | undefined {
  const { body } = change
  if (body.type !== 'change' || !isPlain(change, body, stored, before)) return undefined
  const known = new Map<EntryHash, DocumentChange | undefined>()
  const appliedChange = (entry: EntryHash) => {
    const found = known.has(entry) ? undefined : stored.find(item => item.entry.hash === entry)
    if (found?.status === 'applied') known.set(entry, read(found))
    return known.get(entry)
  }
  const content = contentAfter(change, body, before, appliedChange)
  const facts = factsAfter(change, scope, before)
  return materialise({ ...facts, why: groundsAfter(change, content, before) }, content)
}

function isPlain(
  change: DocumentChange,
  { deps }: ChangeBody,
  stored: readonly StoredEntry[],
  before: DocumentRow | undefined,
): boolean {
  if (before === undefined) return deps.length === 0 && stored.length === 0
  if (before.type === 'block' || before.marked !== false || change.isCutShort === true) return false
  if (stored.length > HISTORY_MAX || deps.length !== before.heads.length) return false
  if (!stored.every(({ status }) => status === 'applied' || status === 'rejected')) return false
  return before.heads.every(head => {
    const known = stored.find(({ entry }) => entry.hash === head)?.entry
    return deps.includes(head) && known?.scope === change.scope && compareTime(change, known) > 0
  })
}

/** Of the newest statement, as `factsOf` has it. */
function groundsAfter(
  { entry, body }: DocumentChange,
  { registers }: DocumentContent,
  before: DocumentRow | undefined,
): DocumentRow['why'] {
  const stated = newest(registers.content ?? [])
  const isOlder = stated !== undefined && stated.entry !== entry
  return (isOlder ? before?.why : body.why) ?? null
}
