import { type EntryHash, FolkmootError, type Membership } from '@folkmoot/core'

/** What was written has to count: a senior admin may have said otherwise in the meantime. @throws FolkmootError forbidden */
export function checkCounts(membership: Membership, entries: readonly EntryHash[]): void {
  for (const entry of entries) {
    const reason = membership.voided(entry)
    if (reason !== undefined)
      throw new FolkmootError('forbidden', `it was written, but does not count: ${reason}`)
  }
}
