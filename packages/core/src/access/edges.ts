import type { AccessEdge } from './access.ts'
import { subjectKey } from './acts.ts'
import { type Grant, heldFrom, isTaken } from './holding.ts'
import type { Right } from './right.ts'

/** Grants for people to read, oldest first. Rights of one grant that ended at different times are edges of their own. */
export function edgesOf(grants: readonly Grant[]): readonly AccessEdge[] {
  const merged = new Map<string, { grant: Grant; rights: Right[] | null; end: number }>()
  for (const grant of grants) {
    for (const right of grant.rights ?? [null]) {
      const end = endOf(grant, right)
      const key = [grant.entry.hash, subjectKey(grant.to), ...grant.via.map(({ hash }) => hash), end].join(
        ' ',
      )
      const known = merged.get(key)
      if (known === undefined) merged.set(key, { grant, rights: right === null ? null : [right], end })
      else if (right !== null) known.rights?.push(right)
    }
  }
  return [...merged.entries()]
    .map(([key, { grant, rights, end }]) => ({ key, edge: edgeOf(grant, rights, end) }))
    .sort((a, b) => a.edge.from - b.edge.from || (a.key < b.key ? -1 : 1))
    .map(({ edge }) => edge)
}

function endOf(grant: Grant, right: Right | null): number {
  const taken = grant.withdrawals.filter(one => right === null || isTaken(one, right))
  return taken.reduce((end, { act }) => Math.min(end, act.entry.at), grant.until)
}

function edgeOf(grant: Grant, rights: readonly Right[] | null, end: number): AccessEdge {
  const { entry, to, scope, resource } = grant
  const until = Number.isFinite(grant.until) ? { until: grant.until } : {}
  const permission =
    scope === null
      ? { resource: resource ?? '', ...until }
      : { scope: scope.text, rights: [...(rights ?? [])].sort(), ...until }
  return {
    to,
    permission,
    from: heldFrom(grant),
    until: Number.isFinite(end) ? end : null,
    by: entry.node,
    entry: entry.hash,
  }
}
