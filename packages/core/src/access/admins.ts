import type { EntryHash, LogId, NodeId } from '../ids.ts'
import { MEMBERSHIP_SCOPE } from '../ids.ts'
import type { LogEnd } from './access.ts'
import { type Act, ActReader, endBy, isCutting } from './acts.ts'
import type { Forks } from './fork-proof.ts'
import { ActTable, type Grant, heldUntil, inherited, push } from './holding.ts'
import { endOfLog } from './log-ends.ts'
import { type Known, type Past, sightOf } from './past.ts'
import { EVERYTHING, HIDDEN, isPatternWithin, knownPattern, type Pattern } from './pattern.ts'
import type { Right } from './right.ts'
import { compareRanks, founderRank, type Rank, rankBelow, rankOfSuccessor } from './seniority.ts'

/** What came of a membership entry. */
export type Verdict =
  /** Unjudged: its author was an admin somewhere, and it is hidden from this node whether it was there. */
  | { readonly void: string; readonly isUnjudged?: true }
  /** Of a grant: which of its rights count, and until when at most. */
  | { readonly void?: undefined; readonly until: number; readonly rights: readonly Right[] | null }

export interface Succession {
  readonly rotation: Known<'rotate'>
  readonly to: NodeId
}

const COUNTS: Verdict = { until: Number.POSITIVE_INFINITY, rights: null }

/**
 * Which membership entries count. Admins are taken from the most to the least senior: of each, all that its seniors
 * left standing is known when its turn comes, and what it does can change nothing about those before it. So of two
 * admins that remove each other the senior's removal stands, on every node and whatever came first; and nothing goes
 * round in a circle.
 */
export class Admins {
  readonly acts = new ActTable()
  readonly successions = new Map<NodeId, Succession[]>()
  readonly #past: Past
  readonly #forks: Forks
  readonly #ranks = new Map<NodeId, Rank>()
  /** Grants of admin that count, to each node. */
  readonly #powers = new Map<NodeId, Grant[]>()
  readonly #verdicts = new Map<EntryHash, Verdict>()
  readonly #done = new Set<NodeId>()
  /** All were judged; what comes now comes one by one. */
  #isComplete = false

  constructor(past: Past, forks: Forks) {
    this.#past = past
    this.#forks = forks
    this.#judgeAll()
    this.#isComplete = true
  }

  #judgeAll(): void {
    const past = this.#past
    const { genesis } = past
    if (genesis?.body.type !== 'genesis') return
    this.#verdicts.set(genesis.hash, COUNTS)
    for (const [i, node] of genesis.body.admins.entries()) {
      if (this.#ranks.has(node)) continue
      this.#ranks.set(node, founderRank(i))
      push(this.#powers, node, adminGrant(genesis, node, EVERYTHING, Number.POSITIVE_INFINITY))
    }
    for (let node = this.#next(); node !== undefined; node = this.#next()) this.#fold(node)
    for (const node of past.authors()) if (!this.#done.has(node)) this.#fold(node)
  }

  verdict(hash: EntryHash): Verdict | undefined {
    return this.#verdicts.get(hash)
  }

  powersOf(node: NodeId): readonly Grant[] {
    return this.#powers.get(node) ?? []
  }

  powers(): Iterable<Grant> {
    return [...this.#powers.values()].flat()
  }

  /** Where a membership log ends. */
  endOf(log: LogId): LogEnd | undefined {
    const [first] = this.#past.log(log)
    if (first === undefined) return undefined
    const ref = { log, scope: MEMBERSHIP_SCOPE, node: first.node, incarnation: first.incarnation }
    return endOfLog(ref, sightOf(first), { acts: this.acts, forks: this.#forks })
  }

  /**
   * Judges an entry that came after all others were judged, and that none of them knew. Undefined if it may change what
   * came of others.
   */
  judgeNext(entry: Known): Verdict | undefined {
    if (isCutting(entry) && (isOfItself(entry) || this.#ranks.has(entry.node))) return undefined
    const verdict = this.#judge(entry, this.endOf(entry.log), new ActReader())
    const { body } = entry
    if (verdict.void === undefined && verdict.rights?.includes('admin') && body.type === 'grant') {
      if (!this.#addPower(entry, body, verdict.until)) return undefined
    }
    this.#verdicts.set(entry.hash, verdict)
    return verdict
  }

  /** The most senior admin whose turn has not come. */
  #next(): NodeId | undefined {
    let first: { node: NodeId; rank: Rank } | undefined
    for (const [node, rank] of this.#ranks) {
      if (this.#done.has(node)) continue
      if (first === undefined || compareRanks(rank, first.rank) < 0) first = { node, rank }
    }
    return first?.node
  }

  #fold(node: NodeId): void {
    this.#done.add(node)
    const logs = this.#past.logsOf(node)
    for (const act of logs.flatMap(log => this.#ownActs(log))) this.acts.add(act)
    for (const power of this.powersOf(node)) this.acts.withdrawFrom(power)
    for (const { rotation, to } of this.successions.get(node) ?? []) this.#succeed(node, rotation, to)
    for (const log of logs) {
      const end = this.endOf(log)
      const reader = new ActReader()
      for (const entry of this.#past.log(log)) {
        if (this.#verdicts.has(entry.hash)) continue
        const verdict = this.#judge(entry, end, reader)
        this.#verdicts.set(entry.hash, verdict)
        const { body } = entry
        if (verdict.void !== undefined || body.type !== 'grant' || !verdict.rights?.includes('admin'))
          continue
        this.#addPower(entry, body, verdict.until)
      }
    }
  }

  /**
   * What a node gives up of itself counts without any right, up to where others cut its log. Removing itself is the last
   * that it says there.
   */
  #ownActs(log: LogId): readonly Act[] {
    const end = this.endOf(log)
    const reader = new ActReader()
    const found: Act[] = []
    for (const entry of this.#past.log(log)) {
      if (end !== undefined && entry.seq >= end.below) break
      if (!isCutting(entry) || !isOfItself(entry)) continue
      this.#verdicts.set(entry.hash, COUNTS)
      const act = reader.read(entry)
      if (act === undefined) continue
      found.push(act)
      if (isRotation(entry)) push(this.successions, entry.node, { rotation: entry, to: entry.body.node })
      if (act.type !== 'revoke') break
    }
    return found
  }

  #succeed(node: NodeId, rotation: Known<'rotate'>, to: NodeId): void {
    const rank = this.#ranks.get(node)
    if (rank === undefined || !this.isSenior(node, to)) return
    this.#offer(to, rankOfSuccessor(rank, rotation))
    for (const power of this.powersOf(node)) {
      const taken = inherited(power, rotation)
      if (taken !== undefined) push(this.#powers, to, { ...taken, to: { node: to } })
    }
  }

  #judge(entry: Known, end: LogEnd | undefined, reader: ActReader): Verdict {
    const { body } = entry
    if (end !== undefined && entry.seq >= end.below) return { void: end.why }
    switch (body.type) {
      case 'genesis':
        return { void: 'not the genesis of this mesh' }
      case 'admit':
      case 'invite':
        return this.#byPower(entry, EVERYTHING, '*')
      case 'grant': {
        const { to, permission } = body
        if ('resource' in permission) return this.#byPower(entry, EVERYTHING, '*', permission.until)
        const verdict = this.#byPower(
          entry,
          knownPattern(permission.scope),
          permission.scope,
          permission.until,
        )
        if (verdict.void !== undefined) return verdict
        const isAdminGiven = 'node' in to && this.isSenior(entry.node, to.node)
        return withRights(verdict, permission.rights, isAdminGiven)
      }
      case 'revoke':
      case 'remove':
        return isCutting(entry) ? this.#judgeAct(entry, reader) : COUNTS
      default:
        return COUNTS
    }
  }

  /** Entries that begin an act are judged as the whole is; it takes effect with the one that completes it. */
  #judgeAct(entry: Known<'revoke' | 'remove' | 'rotate'>, reader: ActReader): Verdict {
    const { body } = entry
    const act = reader.read(entry)
    const isOfScope = body.type === 'revoke' && 'scope' in body.permission
    const scope = isOfScope && 'scope' in body.permission ? body.permission.scope : '*'
    const verdict = this.#byPower(entry, isOfScope ? knownPattern(scope) : EVERYTHING, scope)
    if (verdict.void !== undefined) return verdict
    if (body.type !== 'revoke') {
      if (!this.isSenior(entry.node, body.node)) return { void: NOT_SENIOR }
      if (act !== undefined) this.acts.add(act)
      return COUNTS
    }
    const { to, permission } = body
    if ('resource' in permission) {
      if (act !== undefined) this.acts.add(act)
      return COUNTS
    }
    const isAdminTaken = 'node' in to && this.isSenior(entry.node, to.node)
    const judged = withRights(verdict, permission.rights, isAdminTaken)
    if (judged.void === undefined && act !== undefined) this.acts.add({ ...act, rights: judged.rights })
    return judged
  }

  /** Counts if its author was an admin over the pattern by what it knew, and its seniors did not undo that. */
  #byPower(entry: Known, scope: Pattern, text: string, wanted = Number.POSITIVE_INFINITY): Verdict {
    const sight = sightOf(entry)
    let until = -1
    let isAnywhere = false
    for (const power of this.powersOf(entry.node)) {
      const isHere = power.scope !== null && isPatternWithin(scope, power.scope)
      if (!isHere && scope !== HIDDEN) continue
      const isUndone = power.withdrawals.some(({ act }) => entry.seq >= endBy(act, entry.log))
      const held = isUndone ? -1 : heldUntil(power, sight, 'admin')
      if (isHere) until = Math.max(until, held)
      isAnywhere ||= held >= entry.at
    }
    if (until < entry.at) {
      const objection = { void: `its author was no admin over ${text} by what it knew` }
      return scope === HIDDEN && isAnywhere ? { ...objection, isUnjudged: true as const } : objection
    }
    return { until: Math.min(until, wanted), rights: null }
  }

  /** Who has no rank stands below everybody who has one. */
  isSenior(node: NodeId, to: NodeId): boolean {
    const [rank, other] = [this.#ranks.get(node), this.#ranks.get(to)]
    return rank !== undefined && (other === undefined || compareRanks(rank, other) < 0)
  }

  /** False if that might change what was made of its node, or of what its node did. */
  #addPower(entry: Known, body: Known<'grant'>['body'], until: number): boolean {
    const { to, permission } = body
    if (!('node' in to) || !('scope' in permission)) return true
    const rank = rankBelow(this.#ranks.get(entry.node) as Rank, entry)
    if (this.#isComplete) {
      const known = this.#ranks.get(to.node)
      const hasActs = this.acts.removalsOf(to.node).length > 0 || this.acts.revocationsOf(to).length > 0
      if (hasActs || (known !== undefined && compareRanks(rank, known) < 0)) return false
    }
    push(this.#powers, to.node, adminGrant(entry, to.node, knownPattern(permission.scope), until))
    this.#offer(to.node, rank)
    return true
  }

  #offer(node: NodeId, rank: Rank): void {
    const known = this.#ranks.get(node)
    if (known === undefined || compareRanks(rank, known) < 0) this.#ranks.set(node, rank)
  }
}

const NOT_SENIOR = 'its author does not stand above the node that it is about'

/** Rights of which `admin` may not count. */
function withRights(verdict: Verdict, rights: readonly Right[], isAdminMeant: boolean): Verdict {
  const counted = isAdminMeant ? rights : rights.filter(right => right !== 'admin')
  if (verdict.void !== undefined || counted.length > 0) return { ...verdict, rights: counted } as Verdict
  return { void: NOT_SENIOR }
}

function isOfItself({ node, body }: Known<'revoke' | 'remove' | 'rotate'>): boolean {
  if (body.type === 'rotate') return true
  return body.type === 'remove' ? body.node === node : 'node' in body.to && body.to.node === node
}

function isRotation(entry: Known): entry is Known<'rotate'> {
  return entry.body.type === 'rotate'
}

function adminGrant(entry: Known, node: NodeId, scope: Pattern, until: number): Grant {
  const rights = ['admin'] as const
  return { entry, via: [], until, withdrawals: [], to: { node }, scope, rights, resource: null }
}
