import { FolkmootError, type WriteResult } from '@folkmoot/core'
import type { Written } from './api.ts'

/** @throws FolkmootError not-found, if what was written does not count */
export function written({ entry, row }: WriteResult): Written {
  if (row === undefined) throw new FolkmootError('not-found', 'the change was stored but does not count')
  return { id: row.id, scope: row.scope, entry, heads: row.heads }
}
