/** How a memory stands to others, as its set of links says: `duplicates:<id>`, `refines:<id>`. Nothing hides by it. */
import { type DocumentId, type DocumentRow, FolkmootError, LINKS, type Op, type Plan } from '@folkmoot/core'
import type { Finding } from './finding.ts'

export const LINK_RELATIONS = ['duplicates', 'refines'] as const

export interface Link {
  readonly relation: (typeof LINK_RELATIONS)[number]
  readonly id: DocumentId
}

/** Links of one memory: of a fact said a hundred times, each copy points to a few others, and nobody needs all. */
export const LINKS_MAX = 8

/** Links that are read of one memory: whoever may link could add any number. */
const READ_MAX = 64

const LINK = /^(duplicates|refines):([0-9a-f]{32})$/

export function linksOf({ sets }: Pick<DocumentRow, 'sets'>): readonly Link[] {
  return (sets[LINKS] ?? []).slice(0, READ_MAX).flatMap(element => {
    const [, relation, id] = LINK.exec(element) ?? []
    const known = LINK_RELATIONS.find(name => name === relation)
    return known === undefined || id === undefined ? [] : [{ relation: known, id: id as DocumentId }]
  })
}

export function elementOf({ relation, id }: Link): string {
  return `${relation}:${id}`
}

/** Who bears the link that a finding calls for, and which: of two that say the same the newer one. */
export function linkFor({
  relation,
  rows,
  finer,
}: Finding): { readonly on: DocumentRow; readonly link: Link } | undefined {
  if (relation === 'contradicts') return undefined
  const [a, b] = rows
  const isNewer = relation === 'refines' ? finer === 0 : byAge(a, b) > 0
  const [on, other] = isNewer ? [a, b] : [b, a]
  return { on, link: { relation: relation === 'same' ? 'duplicates' : 'refines', id: other.id } }
}

/** Adds and cuts links. @throws FolkmootError changed, if the memory has been erased, or there is nothing to change */
export function relink(
  { id, scope }: Pick<DocumentRow, 'id' | 'scope'>,
  add: readonly Link[],
  cut: readonly Link[],
): Plan {
  return {
    touches: id,
    plan(view) {
      const row = view.row(id)
      if (row === undefined || row.erased) throw new FolkmootError('changed', `memory ${id} is gone`)
      const known = new Set(row.sets[LINKS] ?? [])
      const ops: Op[] = [
        ...add
          .filter(link => !known.has(elementOf(link)) && view.row(link.id)?.erased === false)
          .map((link): Op => ['add', LINKS, elementOf(link)]),
        ...cut.filter(link => known.has(elementOf(link))).map((link): Op => ['cut', LINKS, elementOf(link)]),
      ]
      if (ops.length === 0) throw new FolkmootError('changed', 'its links are so already')
      return { scope, body: { type: 'change', doc: id, deps: [...row.heads], salt: view.salt(), ops } }
    },
  }
}

function byAge(a: DocumentRow, b: DocumentRow): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
}
