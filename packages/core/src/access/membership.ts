import type { LogRef, VerifiedEntry } from '../entry.ts'
import type { EntryHash, LogId, MeshId, NodeId, ScopeId, ScopeNames } from '../ids.ts'
import type { MembershipBody, Permission } from '../membership-body.ts'
import type { ScopeAddress } from '../scope.ts'
import type {
  Access,
  AccessEdge,
  Claim,
  EpochKeys,
  Erasure,
  Invitation,
  LogEnd,
  Member,
  Reader,
} from './access.ts'
import { edgesOf } from './edges.ts'
import { Forks, provenFork } from './fork-proof.ts'
import { HiddenPatterns } from './hidden-pattern.ts'
import { type Holding, isInForce, isStanding } from './holding.ts'
import { memberFrom } from './holdings.ts'
import { atTime, memberUntil, rightUntil, subjectsOf, userScope } from './judgement.ts'
import { endOfLog } from './log-ends.ts'
import { malformation } from './malformed.ts'
import { type Known, knownFrom, Past, sightFrom } from './past.ts'
import { EVERYTHING, isPatternWithin, readPattern } from './pattern.ts'
import { Resolution } from './resolution.ts'
import type { Right } from './right.ts'

/**
 * The fold of the membership log: everything that was said about who belongs and who may do what, and what of it counts.
 * Entries are kept and resolved when somebody asks; an entry that takes nothing away is then added to what is resolved.
 */
export class Membership implements Access {
  readonly mesh: MeshId
  readonly #patterns: HiddenPatterns
  readonly #past: Past
  readonly #forks = new Forks()
  #resolution: Resolution | undefined
  #version = 0
  #endsVersion = 0
  /** Answers of this version. */
  readonly #members = new Map<NodeId, Member | undefined>()
  readonly #nodesOf = new Map<string, NodeId[]>()

  /** @param names what scope ids are made with: where it is a secret, patterns that were hidden are opened by it */
  constructor(mesh: MeshId, names: ScopeNames = mesh) {
    this.mesh = mesh
    this.#patterns = new HiddenPatterns(mesh, names)
    this.#past = new Past(mesh)
  }

  /** Takes an entry in, in any order among logs. Says why if it can never count; otherwise see `voided`. */
  apply(entry: VerifiedEntry, body: MembershipBody): string | undefined {
    const fault = malformation(entry, body, this.mesh)
    if (fault !== undefined) return fault
    if (this.#past.has(entry.hash)) return undefined
    const known = knownFrom(entry, this.#patterns.openBody(body))
    const fork = body.type === 'fork' ? provenFork(this.mesh, body) : undefined
    if (body.type === 'fork' && fork === undefined) return 'it proves no fork'
    const endsLog = fork !== undefined && this.#forks.add(known, fork)
    // An admission before the first that is known may give another agent, and other grants to lose.
    const isAgain =
      body.type === 'admit' && this.#resolution !== undefined && this.member(body.node) !== undefined
    this.#past.store(known)
    this.#version += 1
    this.#members.clear()
    this.#nodesOf.clear()
    if (endsLog || isAgain || !this.#addNext(known)) {
      this.#resolution = undefined
      this.#endsVersion += 1
    }
    return undefined
  }

  get name(): string {
    return this.#genesis?.name ?? ''
  }

  get sealed(): boolean {
    return this.#genesis?.sealed === true
  }

  get version(): number {
    return this.#version
  }

  get endsVersion(): number {
    return this.#endsVersion
  }

  isMember(node: NodeId, nowMs?: number): boolean {
    return this.#rightsToBe(node).some(held => isStanding(held, nowMs))
  }

  wasMember(node: NodeId): boolean {
    return this.#rightsToBe(node).length > 0 && !this.isMember(node)
  }

  isAdmin(node: NodeId, nowMs?: number): boolean {
    const powers = this.#now.holdings.powersOf(node)
    return powers.some(power => power.scope?.parts === null && isStanding(power, nowMs))
  }

  mayGrant(node: NodeId, permission: Permission, atMs: number): boolean {
    const wanted = 'scope' in permission ? readPattern(permission.scope) : EVERYTHING
    return this.#now.holdings
      .powersOf(node)
      .some(power => power.scope !== null && isPatternWithin(wanted, power.scope) && isStanding(power, atMs))
  }

  isSenior(node: NodeId, to: NodeId): boolean {
    return this.#now.admins.isSenior(node, to)
  }

  member(node: NodeId): Member | undefined {
    if (!this.#members.has(node)) this.#members.set(node, memberFrom(this.#now.holdings.certificatesOf(node)))
    return this.#members.get(node)
  }

  members(): Iterable<Member> {
    return [...this.#now.holdings.nodes()].flatMap(node => {
      const member = this.isMember(node) ? this.member(node) : undefined
      return member === undefined ? [] : [member]
    })
  }

  invitation(ticket: EntryHash): Invitation | undefined {
    return this.#now.invitations.find(ticket)
  }

  expectsJoins(nowMs: number): boolean {
    return this.#now.invitations.isAnyOpen(nowMs)
  }

  knows(entry: EntryHash): boolean {
    return this.#now.knows(entry)
  }

  authorityHeads(): readonly EntryHash[] {
    return this.#now.heads.hashes()
  }

  memberObjection(claim: Claim): string | undefined {
    const { claims } = this.#now
    const until = claims.memberUntil(claim)
    if (until >= claim.at) return undefined
    if (claims.unknownHead(claim) !== undefined) return 'it names a membership entry that is not known here'
    const who = this.#nameOf(claim.node)
    return until < 0
      ? `${who} was no member by what it knew`
      : `the certificate of ${who} had run out by what it knew`
  }

  rightObjection(claim: Claim, scope: ScopeAddress, anyOf: readonly Right[]): string | undefined {
    const objection = this.memberObjection(claim)
    if (objection !== undefined) return objection
    const { claims } = this.#now
    if (anyOf.some(right => claims.rightUntil(claim, scope, right) >= claim.at)) return undefined
    const who = claims.agentOf(claim) ?? this.#nameOf(claim.node)
    return `${who} had no right to ${anyOf.join(' or ')} ${scope} by what it knew`
  }

  endOf(
    log: LogRef & { readonly log: LogId },
    opening: readonly EntryHash[],
    scope?: ScopeAddress,
  ): LogEnd | undefined {
    const { acts } = this.#now.admins
    const heads = opening.map(hash => this.#past.find(hash)).filter(head => head !== undefined)
    const writer = { agent: this.member(log.node)?.agent, scope }
    return endOfLog(log, sightFrom(heads, this.#past.genesis), { acts, forks: this.#forks }, writer)
  }

  mayHaveEnded({ log, node }: LogRef & { readonly log: LogId }): boolean {
    if (this.#forks.of(log) !== undefined) return true
    return this.#now.admins.acts.areAbout(node, this.member(node)?.agent)
  }

  voided(entry: EntryHash): string | undefined {
    const now = this.#now
    if (!this.#past.has(entry)) return undefined
    if (this.#past.find(entry) === undefined) return 'it names a membership entry that is not known here'
    return now.isUnjudged(entry) && !this.#patterns.canOpen ? undefined : now.voided(entry)
  }

  can(reader: Reader, right: Right, scope: ScopeAddress, atMs: number): boolean {
    if (!this.#isCertified(reader.node, atMs)) return false
    return rightUntil(this.#now.holdings, this.#identity(reader), right, scope, atTime(atMs)) >= 0
  }

  mayUse(reader: Reader, resource: string, atMs: number): boolean {
    if (!this.#isCertified(reader.node, atMs)) return false
    const { holdings } = this.#now
    const grants = subjectsOf(this.#identity(reader)).flatMap(to => holdings.resourcesOf(to, resource))
    return grants.some(grant => isInForce(grant, atMs))
  }

  mayServe(agent: string, user: string, atMs: number): boolean {
    const scope = userScope(user)
    if (scope === undefined) return false
    const nodes = this.#instancesOf(agent).filter(node => this.#isCertified(node, atMs))
    return nodes.some(
      node => rightUntil(this.#now.holdings, { node, agent }, 'read', scope, atTime(atMs)) >= 0,
    )
  }

  relays(node: NodeId, atMs: number): boolean {
    if (!this.#isCertified(node, atMs)) return false
    const subjects = subjectsOf({ node, agent: this.member(node)?.agent })
    const grants = subjects.flatMap(to => this.#now.holdings.grantsOf(to))
    return grants.some(grant => grant.rights?.includes('relay') && isInForce(grant, atMs, 'relay'))
  }

  hasOwnGrants(node: NodeId): boolean {
    return this.#now.holdings.grantsOf({ node }).length > 0
  }

  edges(): readonly AccessEdge[] {
    return edgesOf(this.#now.holdings.all())
  }

  keysOf(scope: ScopeId): readonly EpochKeys[] {
    return this.#now.housekeeping.keysOf(scope)
  }

  keyedScopes(): Iterable<ScopeId> {
    return this.#now.housekeeping.keyedScopes()
  }

  forgotten(log: LogId, seq: number): EntryHash | undefined {
    return this.#now.housekeeping.forgotten(log, seq)
  }

  erasures(): Iterable<Erasure> {
    return this.#now.housekeeping.erasures()
  }

  receipts(erasure: EntryHash): ReadonlyMap<NodeId, number> {
    return this.#now.housekeeping.receipts(erasure)
  }

  forkOf(log: LogId): { readonly seq: number; readonly entry: EntryHash; readonly by: NodeId } | undefined {
    const found = this.#forks.of(log)
    return found && { seq: found.fork.seq, entry: found.entry.hash, by: found.entry.node }
  }

  forks(): Iterable<LogRef & { readonly log: LogId; readonly seq: number }> {
    return this.#forks.all()
  }

  get #genesis(): Known<'genesis'>['body'] | undefined {
    const body = this.#past.genesis?.body
    return body?.type === 'genesis' ? body : undefined
  }

  /** Everything resolved. */
  get #now(): Resolution {
    if (this.#resolution === undefined) {
      this.#past.placeAll()
      this.#resolution = new Resolution(this.#past, this.#forks)
    }
    return this.#resolution
  }

  /** False if it may change what was resolved. An entry that has to wait changes nothing. */
  #addNext(known: Known): boolean {
    if (this.#resolution === undefined || !this.#past.placeNext(known)) return false
    return known.index < 0 || this.#resolution.add(known)
  }

  /** What makes, or made, a node a member. */
  #rightsToBe(node: NodeId): readonly Holding[] {
    const { holdings } = this.#now
    return [...holdings.certificatesOf(node), ...holdings.powersOf(node)]
  }

  #isCertified(node: NodeId, atMs: number): boolean {
    return memberUntil(this.#now.holdings, node, atTime(atMs)) >= 0
  }

  #instancesOf(agent: string): readonly NodeId[] {
    if (this.#nodesOf.size === 0) {
      for (const node of this.#now.holdings.nodes()) {
        const own = this.member(node)?.agent ?? ''
        this.#nodesOf.set(own, [...(this.#nodesOf.get(own) ?? []), node])
      }
    }
    return this.#nodesOf.get(agent) ?? []
  }

  /** A node speaks for the agent in its certificate and for no other. */
  #identity({ node, agent }: Reader): { readonly node: NodeId; readonly agent: string | undefined } {
    return { node, agent: this.member(node)?.agent === agent ? agent : undefined }
  }

  #nameOf(node: NodeId): string {
    return this.member(node)?.name ?? node
  }
}
