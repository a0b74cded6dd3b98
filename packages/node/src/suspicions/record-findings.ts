/** Writes down what comparing has shown: suspicions as notes, the rest as links. Nobody's statement is touched. */
import { type DocumentRow, FolkmootError, type Plan } from '@folkmoot/core'
import { SETTLING } from '../sight.ts'
import type { View } from '../view.ts'
import { comparable } from './comparable.ts'
import { findingOf } from './compare.ts'
import type { Finding } from './finding.ts'
import { elementOf, LINKS_MAX, type Link, linkFor, linksOf, relink } from './links.ts'
import { isAbout, noteAbout, suspect, suspicionOf, suspicionsAbout, withdraw } from './suspicion-note.ts'

export interface Recorded {
  readonly suspicions: number
  readonly links: number
}

export type Recording = Pick<View, 'sight' | 'members' | 'reader' | 'writer'>

/** What is written down already is not written again; nor is a suspicion that was judged, while both say the same. */
export async function recordFindings(view: Recording, findings: readonly Finding[]): Promise<Recorded> {
  let suspicions = 0
  for (const finding of findings) if (await recordSuspicion(view, finding)) suspicions += 1
  return { suspicions, links: await recordLinks(view, findings) }
}

/** True if there is a note of it that says what these two memories say now. */
export function isRecorded({ sight, writer }: Pick<View, 'sight' | 'writer'>, finding: Finding): boolean {
  if (finding.relation !== 'contradicts') {
    const found = linkFor(finding)
    return found !== undefined && linksOf(found.on).some(link => elementOf(link) === elementOf(found.link))
  }
  const note = noteAbout(sight, writer.at.names, finding)
  const suspicion = note && suspicionOf(note)
  return suspicion !== undefined && isAbout(suspicion, finding.rows)
}

/**
 * Takes back what does not hold any more of what is written down about a memory: suspicions, and links that it bears.
 * Gives how many suspicions went.
 */
export async function withdrawUntrue(
  view: Recording,
  row: DocumentRow,
  notes: readonly DocumentRow[] = suspicionsAbout(view.sight, row),
): Promise<number> {
  let withdrawn = 0
  for (const note of notes) {
    const others = suspicionOf(note)?.records.filter(id => id !== row.id) ?? []
    const other = others[0] === undefined ? undefined : view.sight.row(others[0])
    // What may not be read is not judged by.
    if (other === undefined) continue
    if (findingOf(view, row, other)?.relation === 'contradicts') continue
    if (await wrote(view, row, withdraw(note))) withdrawn += 1
  }
  await cutUntrue(view, row)
  return withdrawn
}

/** Cuts the links of a memory that its words, or those of the other, do not bear out any more. */
export async function cutUntrue(view: Recording, row: DocumentRow): Promise<void> {
  if (comparable(row, view.reader.now()) === undefined) return
  const untrue = linksOf(row).filter(link => isUntrue(view, row, link))
  if (untrue.length > 0) await wrote(view, row, relink(row, [], untrue))
}

async function recordSuspicion(view: Recording, finding: Finding): Promise<boolean> {
  if (finding.relation !== 'contradicts' || isRecorded(view, finding)) return false
  const [a, b] = finding.rows
  const { names } = view.writer.at
  return attempt(async () => {
    // Whoever may not read both may not read of it.
    const why = view.writer.why({ derivedFrom: [a.id, b.id] })
    await view.writer.change(a.scope, suspect(finding, names, why), SETTLING)
  })
}

async function recordLinks(view: Recording, findings: readonly Finding[]): Promise<number> {
  const bearers = new Map<DocumentRow['id'], { readonly row: DocumentRow; readonly add: Link[] }>()
  for (const finding of findings) {
    const found = linkFor(finding)
    if (found === undefined || isRecorded(view, finding)) continue
    const bearer = bearers.get(found.on.id) ?? { row: found.on, add: [] }
    bearers.set(found.on.id, bearer)
    if (bearer.add.length + linksOf(found.on).length < LINKS_MAX) bearer.add.push(found.link)
  }
  let links = 0
  for (const { row, add } of bearers.values()) {
    if (add.length > 0 && (await wrote(view, row, relink(row, add, [])))) links += add.length
  }
  return links
}

function isUntrue(view: Recording, row: DocumentRow, { relation, id }: Link): boolean {
  const other = view.sight.row(id)
  if (other === undefined) return false
  const found = findingOf(view, row, other)
  const holds = found && linkFor(found)
  return holds?.on.id !== row.id || holds.link.relation !== relation
}

function wrote(view: Recording, { scope }: DocumentRow, plan: Plan): Promise<boolean> {
  return attempt(() => view.writer.change(scope, plan, SETTLING))
}

/** Refused is what somebody else has done or changed meanwhile, or what has too many contributors to be named. */
async function attempt(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (
      error instanceof FolkmootError &&
      ['changed', 'erased', 'not-found', 'too-large'].includes(error.code)
    )
      return false
    throw error
  }
}
