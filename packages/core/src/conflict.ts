import { utf8 } from './bytes.ts'
import { compareTime } from './hlc.ts'
import { type DocumentId, type NodeId, nodeKey, shortHash } from './ids.ts'
import { importanceIn } from './importance.ts'
import type { DocumentContent } from './open-document.ts'
import { disagree, newest } from './resolve.ts'
import type { Claim, Conflict, Resolution, Sibling } from './row.ts'
import { claimIn, type SettlementMark } from './settlement.ts'
import { isVerdict, prevailing, type Standing } from './standing.ts'
import { SUSPICION, suspicionIn } from './suspicion.ts'

/**
 * Registers that describe a memory instead of stating it: the latest value stands and nobody is asked. Two agents
 * that remember one fact with different confidence do not contradict each other.
 */
const DESCRIPTIVE = new Set([
  'kind',
  'confidence',
  'importance',
  'pinned',
  'thread',
  'position',
  'expiresAt',
  'claim',
  'decision',
  'verification',
])

type Standings = { readonly [register: string]: Standing }

export function conflictId(document: DocumentId, register: string): string {
  return `${document}.${register}`
}

/** Every disagreement of a document, open or settled. A function of the content alone, so equal on every node. */
export function findConflicts(
  document: DocumentId,
  standings: Standings,
  { claims }: DocumentContent,
): readonly Conflict[] {
  return Object.entries(standings).flatMap(([register, standing]) => {
    if (DESCRIPTIVE.has(register)) return []
    const id = conflictId(document, register)
    const found =
      register === SUSPICION
        ? suspected(standing, id, claims[register])
        : disagree(standing.siblings)
          ? disputed(standing, id, claims[register], importanceOf(standings))
          : settled(standing, importanceOf(standings))
    return found === undefined ? [] : [{ ...found, id, register }]
  })
}

/** What it is at that time: a claim holds for so long, and no longer. */
export function statusAt(
  { status, claims }: Pick<Conflict, 'status' | 'claims'>,
  nowMs: number,
): Conflict['status'] {
  return status === 'claimed' && claims.every(({ until }) => until <= nowMs) ? 'open' : status
}

/** Who is settling it: of several claims that hold, the first by rank. */
export function holderAt({ claims }: Pick<Conflict, 'claims'>, nowMs: number): Claim | undefined {
  return claims.find(({ until }) => until > nowMs)
}

/** Who goes first with a conflict: the lower one. Every conflict has an order of its own, so that work is shared. */
export function claimRank(conflict: string, node: NodeId): string {
  return shortHash('folkmoot/claim', utf8(conflict), nodeKey(node))
}

type Found = Omit<Conflict, 'id' | 'register'>

/** Open, unless somebody who had every sibling in view put it off. A value that came later opens it again. */
function disputed(
  { siblings, marks, overruled }: Standing,
  id: string,
  claimed: readonly Sibling[] | undefined,
  importance: number,
): Found {
  const deferral = prevailing(marks.filter(mark => mark.kind === 'defer' && covers(mark.seen, siblings)))
  const claims = claimsOn(siblings, id, sinceUndone(claimed, marks))
  return {
    cause: siblings.some(({ ended }) => ended) ? 'update-versus-retract' : 'concurrent-values',
    status: deferral !== undefined ? 'deferred' : claims.length > 0 ? 'claimed' : 'open',
    candidates: siblings,
    importance,
    since: beginning(siblings),
    claims,
    resolution: deferral === undefined ? null : resolutionOf(deferral),
    overruled: overruled.map(resolutionOf),
    reopened: deferral === undefined ? reopened(siblings, marks) : null,
  }
}

function settled({ siblings, marks, overruled }: Standing, importance: number): Found | undefined {
  const last = newestMark(marks.filter(mark => !overruled.includes(mark) && mark.kind !== 'undo'))
  const given = marks.filter(({ by }) => siblings.some(({ entry }) => entry === by.entry))
  const holding = prevailing(given) ?? newestMark(given) ?? last
  if (holding === undefined || holding.superseded.length === 0) return undefined
  const candidates = holding.superseded
  return {
    cause: candidates.some(({ ended }) => ended) ? 'update-versus-retract' : 'concurrent-values',
    status: 'resolved',
    candidates,
    importance,
    since: beginning(candidates),
    claims: [],
    resolution: resolutionOf(holding),
    overruled: overruled.map(resolutionOf),
    reopened: null,
  }
}

/** When the first of them met one that differs; 0 if they agree. */
function beginning(siblings: readonly Sibling[]): number {
  const [first] = siblings
  return siblings.find(other => first !== undefined && disagree([first, other]))?.at ?? 0
}

/** Two memories that may contradict each other. A new statement of the suspicion opens it again. */
function suspected(
  { siblings, marks }: Standing,
  id: string,
  claimed: readonly Sibling[] | undefined,
): Found | undefined {
  const stated = newest(siblings)
  const suspicion = stated && suspicionIn(stated.value)
  if (stated === undefined || suspicion === undefined) return undefined
  const judged = marks.filter(
    mark => covers(mark.seen, [stated]) || mark.superseded.some(seen => isRepeated(seen, stated)),
  )
  const undone = marks.flatMap(({ undoes }) => undoes)
  const undo = newestMark(judged.filter(({ kind }) => kind === 'undo'))
  const verdicts = judged.filter(mark => isVerdict(mark) && !undone.includes(mark.by.entry))
  const deferrals = undo === undefined ? judged.filter(({ kind }) => kind === 'defer') : []
  const verdict = verdicts.length > 0 ? prevailing(verdicts) : prevailing(deferrals)
  const claims = verdict === undefined ? claimsOn([stated], id, sinceUndone(claimed, marks)) : []
  const status = verdict === undefined ? (claims.length > 0 ? 'claimed' : 'open') : undefined
  const last = verdicts.length > 0 ? newestMark(verdicts) : (undo ?? newestMark(marks))
  return {
    cause: 'suspected-contradiction',
    status: status ?? (verdict?.kind === 'defer' ? 'deferred' : 'resolved'),
    candidates: siblings,
    importance: suspicion.importance,
    since: stated.at,
    claims,
    resolution: verdict === undefined ? null : resolutionOf(verdict),
    overruled: verdicts.filter(mark => mark !== verdict).map(resolutionOf),
    reopened: verdict === undefined && last !== undefined ? resolutionOf(last) : null,
  }
}

/** Somebody who had not heard of the first suspicion suspects the same of the same two values. */
function isRepeated(seen: Sibling, stated: Sibling): boolean {
  const of = suspicionIn(stated.value)?.of ?? null
  return of !== null && of.join() === suspicionIn(seen.value)?.of?.join()
}

/** Whoever claimed it before a verdict was taken back is not at it any more. */
function sinceUndone(
  claimed: readonly Sibling[] | undefined,
  marks: readonly SettlementMark[],
): readonly Sibling[] {
  const undone = marks.filter(({ kind }) => kind === 'undo').map(({ by }) => by)
  return (claimed ?? []).filter(claim => undone.every(undo => compareTime(undo, claim) < 0))
}

function claimsOn(siblings: readonly Sibling[], id: string, claimed: readonly Sibling[]): readonly Claim[] {
  const rank = ({ node }: Claim) => claimRank(id, node)
  const found = claimed.flatMap(sibling => {
    const claim = claimIn(sibling)
    if (claim === undefined || !covers(claim.seen, siblings)) return []
    const { seen: _, ...rest } = claim
    return [rest]
  })
  return found.length < 2 ? found : found.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

/** The settlement that held until a value came which it had not seen. */
function reopened(siblings: readonly Sibling[], marks: readonly SettlementMark[]): Resolution | null {
  const stands = new Set(siblings.map(({ entry }) => entry))
  const bears = ({ by, kind, seen, restored }: SettlementMark) => {
    if (stands.has(by.entry)) return true
    if (kind === 'undo') return restored.length === 0 || restored.some(({ entry }) => stands.has(entry))
    return kind === 'defer' && seen.some(entry => stands.has(entry))
  }
  const mark = newestMark(marks.filter(bears))
  return mark === undefined ? null : resolutionOf(mark)
}

/** Marks are oldest first. */
function newestMark(marks: readonly SettlementMark[]): SettlementMark | undefined {
  return marks.at(-1)
}

function covers(seen: readonly string[], siblings: readonly Sibling[]): boolean {
  return siblings.every(({ entry }) => seen.includes(entry))
}

function importanceOf(standings: Standings): number {
  return importanceIn(standings.importance?.siblings)
}

function resolutionOf(mark: SettlementMark): Resolution {
  const { kind, pick, contexts, reason, judge, rule, model, promptHash, confidence } = mark
  const { node, at, entry } = mark.by
  return {
    ...{ kind, value: mark.chosen, pick, contexts, node, at, entry, reason },
    ...{ judge, rule, model, promptHash, confidence },
    supersedes: mark.seen,
    undoes: mark.undoes,
    restores: mark.restored.map(sibling => sibling.entry),
  }
}
