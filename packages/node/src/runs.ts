import {
  FolkmootError,
  parseScope,
  type Replica,
  type ScopeAddress,
  type ScopeId,
  UsageError,
} from '@folkmoot/core'
import type { EndRunReport } from './reports.ts'
import type { Sight } from './sight.ts'

interface RunScope {
  readonly id: ScopeId
  readonly scope: ScopeAddress
}

export interface RunParts {
  readonly replica: Replica
  readonly sight: Sight
  /** True if the scope never leaves this node. */
  readonly isLocal: (scope: ScopeAddress) => boolean
}

/**
 * Destroys every scope of a run: all at once or, if one of them is shared or not the principal's to write to, none.
 * @throws FolkmootError forbidden | UsageError
 */
export function endRun(run: string, parts: RunParts): EndRunReport {
  const { replica, sight } = parts
  const scopes = scopesOf(run, parts)
  for (const { id, scope } of scopes) {
    sight.checkWrite(scope)
    const isShared = !parts.isLocal(scope) || writtenElsewhere(id, parts)
    if (isShared)
      throw new FolkmootError('forbidden', `${scope} is shared with other nodes: erase its memories`)
  }
  const ending = new Set(scopes.map(({ scope }) => scope))
  const records = sight
    .scopes()
    .filter(({ scope }) => ending.has(scope))
    .reduce((sum, scope) => sum + scope.records, 0)
  for (const { id } of scopes) replica.discard(id)
  return { run, records }
}

/** Those that the principal may read; of others it does not learn. */
function scopesOf(run: string, { replica, sight }: RunParts): readonly RunScope[] {
  const part = parseScope(`run=${run}`)
  if (part !== `run=${run.normalize('NFC')}`) throw new UsageError(`not a run: ${JSON.stringify(run)}`)
  return [...replica.storage.notes.scopes()].flatMap(({ id, address: scope }) => {
    const isOfRun = scope.split(',').includes(part)
    return isOfRun && sight.mayReadScope(scope) ? [{ id, scope }] : []
  })
}

/** A rule may have shared it before this node was started without that rule. */
function writtenElsewhere(scope: ScopeId, { replica, sight }: RunParts): boolean {
  const { node } = sight.principal.reader
  return [...replica.heads()].some(head => head.scope === scope && head.node !== node)
}
