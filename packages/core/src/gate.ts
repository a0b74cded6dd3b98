/**
 * The gate: what a run of entries must be before any of it is stored. Rules G1 to G8 of SPEC.md, in this order:
 * cheap checks first, one signature last. A run that fails leaves nothing behind.
 */
import type { Claim, LogEnd } from './access/access.ts'
import type { Entry, VerifiedEntry } from './entry.ts'
import { NO_MESH } from './entry.ts'
import { FolkmootError, MalformedError, TooLargeError } from './errors.ts'
import { compareTime } from './hlc.ts'
import { type EntryHash, type LogId, MEMBERSHIP_SCOPE, type MeshId } from './ids.ts'
import { CLOCK_AHEAD_MS_MAX, RUN_BYTES_MAX, RUN_ENTRIES_MAX, RUN_HEADER_BYTES_MAX } from './limits.ts'
import type { LogHead } from './ports.ts'
import { isSignedBy } from './signature.ts'

/** What the gate must know of this node. */
export interface GateView {
  readonly mesh: MeshId
  readonly nowMs: number
  head(log: LogId): LogHead | undefined
  hashAt(log: LogId, seq: number): EntryHash | undefined
  /** False: an authority that an entry names is not here, or no membership entry. */
  knows(authority: EntryHash): boolean
  /** Why its author was no member by what it knew. */
  objection(claim: Claim): string | undefined
  /** How much of a log is taken in, if it was cut. */
  shown(log: Entry): LogEnd | undefined
}

/**
 * Checks a run and gives the part of it that is new, verified. Nothing new gives an empty array.
 * @param isOurs this process has just signed the run: that the signature is good is the signer's law
 * @throws FolkmootError too-large | malformed | wrong-mesh | not-admitted | gap | equivocation | clock | forged
 */
export function checkRun(run: readonly Entry[], view: GateView, isOurs = false): readonly VerifiedEntry[] {
  const [first] = run
  if (first === undefined) return []
  checkSize(run)
  const isGenesis =
    first.scope === MEMBERSHIP_SCOPE && first.seq === 0 && first.hash === (view.mesh as string)
  checkAuthority(run, view, isGenesis)
  checkChain(run, view, isGenesis)
  const fresh = newPart(run, view)
  if (fresh.length > 0 && !isOurs) checkSignature(fresh)
  return beforeEnd(fresh.map(asVerified), view)
}

/** Who wrote it, by what they knew. Their authority must be here first, so that everybody judges alike. */
function checkAuthority(run: readonly Entry[], view: GateView, isGenesis: boolean): void {
  let judged: Entry | undefined
  const inRun = new Set(isGenesis ? run.slice(0, 1).map(({ hash }) => hash) : [])
  for (const entry of isGenesis ? run.slice(1) : run) {
    const isJudged = judged !== undefined && sameAuthority(judged, entry)
    judged = entry
    if (!isJudged && !entry.authority.every(head => inRun.has(head) || view.knows(head))) {
      throw new FolkmootError('gap', 'it names a membership entry that is not here yet')
    }
    if (entry.scope === MEMBERSHIP_SCOPE) inRun.add(entry.hash)
    // A membership log's later entries may rest on its earlier ones: what they are worth its readers work out.
    if (inRun.size > 1) continue
    // A certificate that has run out by the end of the run was good before.
    if (isJudged && entry !== run.at(-1)) continue
    const objection = view.objection(entry)
    if (objection !== undefined) throw new FolkmootError('not-admitted', objection)
  }
}

function sameAuthority(one: Entry, other: Entry): boolean {
  const { authority } = one
  return (
    authority.length === other.authority.length && authority.every((head, i) => head === other.authority[i])
  )
}

/** What follows the end of its log is not taken in, however well it is signed. */
function beforeEnd(fresh: readonly VerifiedEntry[], view: GateView): readonly VerifiedEntry[] {
  const [first] = fresh
  const end = first && view.shown(first)
  if (first === undefined || end === undefined) return fresh
  // A run that begins before the end is taken whole: its signature stands at its end, and proves what is before.
  if (first.seq >= end.below) throw new FolkmootError('cut', end.why)
  return fresh
}

function checkSize(run: readonly Entry[]): void {
  if (run.length > RUN_ENTRIES_MAX) throw new TooLargeError('run', run.length, RUN_ENTRIES_MAX)
  const bytes = run.reduce((sum, entry) => sum + sizeOf(entry), 0)
  if (bytes > RUN_BYTES_MAX) throw new TooLargeError('run in bytes', bytes, RUN_BYTES_MAX)
  const headers = run.reduce((sum, entry) => sum + entry.bytes.header.length, 0)
  if (headers > RUN_HEADER_BYTES_MAX)
    throw new TooLargeError('headers of a run', headers, RUN_HEADER_BYTES_MAX)
}

function sizeOf({ bytes: { header, signature, payload } }: Entry): number {
  return header.length + (signature?.length ?? 0) + (payload?.length ?? 0)
}

/** Signatures before the last were not looked at. Kept, one that is false would end a run that we pass on. */
function asVerified(entry: Entry, i: number, run: readonly Entry[]): VerifiedEntry {
  const isCovered = i < run.length - 1 && entry.bytes.signature !== null
  return (isCovered ? { ...entry, bytes: { ...entry.bytes, signature: null } } : entry) as VerifiedEntry
}

/** One log, contiguous, linked, of this mesh, in time order and not from the future. */
function checkChain(run: readonly Entry[], view: GateView, isGenesis: boolean): void {
  for (const [i, entry] of run.entries()) {
    const mesh = isGenesis && i === 0 ? NO_MESH : view.mesh
    if (entry.mesh !== mesh) throw new FolkmootError('wrong-mesh', 'the entry belongs to another mesh')
    if (entry.at > view.nowMs + CLOCK_AHEAD_MS_MAX) {
      throw new FolkmootError(
        'clock',
        `written ${Math.round((entry.at - view.nowMs) / 1000)} s in the future`,
      )
    }
    // Nobody erases these, and without them nothing after them could be judged.
    if (entry.bytes.payload === null && (entry.seq === 0 || entry.scope === MEMBERSHIP_SCOPE)) {
      throw new MalformedError('an opening or membership entry came without its payload')
    }
    const before = run[i - 1]
    if (before === undefined) continue
    const follows = entry.log === before.log && entry.seq === before.seq + 1 && entry.prev === before.hash
    if (!follows) throw new FolkmootError('gap', `entry ${entry.seq} does not follow entry ${before.seq}`)
    if (compareTime(entry, before) <= 0) throw new FolkmootError('clock', 'the log goes back in time')
  }
}

/** The entries after our head, which must link to it. A different entry at a known position is a fork. */
function newPart(run: readonly Entry[], view: GateView): readonly Entry[] {
  const first = run[0] as Entry
  const head = view.head(first.log)
  const next = head === undefined ? 0 : head.seq + 1
  const overlap = Math.min(run.length, next - first.seq)
  if (overlap < 0) throw new FolkmootError('gap', `entry ${first.seq} came before entry ${next}`)
  if (overlap > 0) {
    const known = run[overlap - 1] as Entry
    // Links were checked, so one equal hash means that all before it are equal too.
    if (view.hashAt(known.log, known.seq) !== known.hash) {
      throw new FolkmootError('equivocation', `${first.node} wrote two entries at position ${known.seq}`)
    }
  }
  const fresh = run.slice(overlap)
  const link = fresh[0]
  if (link !== undefined && head !== undefined) {
    if (link.prev !== head.hash)
      throw new FolkmootError('equivocation', `${first.node} forked its log at ${link.seq}`)
    if (compareTime(link, head) <= 0) throw new FolkmootError('clock', 'the log goes back in time')
  }
  return fresh
}

function checkSignature(run: readonly Entry[]): void {
  const last = run.at(-1) as Entry
  const { signature } = last.bytes
  if (signature === null || !isSignedBy(last.node, last.hash, signature)) {
    throw new FolkmootError('forged', `entry ${last.seq} is not signed by ${last.node}`)
  }
}
