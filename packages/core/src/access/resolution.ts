import type { EntryHash } from '../ids.ts'
import { Admins, type Verdict } from './admins.ts'
import { AuthorityHeads, bearsOnRights } from './authority-heads.ts'
import { Claims } from './claims.ts'
import type { Forks } from './fork-proof.ts'
import { Holdings } from './holdings.ts'
import { Housekeeping, isHousekeeping } from './housekeeping.ts'
import { Invitations } from './invitations.ts'
import { bySight, memberUntil } from './judgement.ts'
import { type Known, type Past, sightOf } from './past.ts'

/** All answers for one set of entries. An entry that none of them knew can mostly be added to it. */
export class Resolution {
  readonly admins: Admins
  readonly holdings: Holdings
  readonly claims: Claims
  readonly heads = new AuthorityHeads()
  readonly invitations = new Invitations()
  readonly housekeeping = new Housekeeping()
  /** Housekeeping by those who were no members. */
  readonly #objections = new Map<EntryHash, string>()

  constructor(past: Past, forks: Forks) {
    this.admins = new Admins(past, forks)
    this.holdings = new Holdings(this.admins)
    this.claims = new Claims(past, this.holdings)
    for (const entry of past.placed) this.#enter(entry, this.admins.verdict(entry.hash))
    for (const entry of past.placed) this.#keepHouse(entry, this.admins.verdict(entry.hash))
  }

  /** Takes in an entry that was placed last. False if everything is to be resolved anew. */
  add(entry: Known): boolean {
    const verdict = this.admins.judgeNext(entry)
    if (verdict === undefined) return false
    this.#enter(entry, verdict)
    this.#keepHouse(entry, verdict)
    if (verdict.void === undefined && isOf(entry, 'grant') && 'node' in entry.body.to) {
      const power = this.admins.powersOf(entry.body.to.node).at(-1)
      if (power?.entry === entry) this.holdings.addPower(power)
    }
    return true
  }

  knows(hash: EntryHash): boolean {
    return this.admins.verdict(hash) !== undefined
  }

  voided(hash: EntryHash): string | undefined {
    return this.admins.verdict(hash)?.void ?? this.#objections.get(hash)
  }

  /** True of an entry that only those can judge who can read what it is about. */
  isUnjudged(hash: EntryHash): boolean {
    const verdict = this.admins.verdict(hash)
    return verdict?.void !== undefined && verdict.isUnjudged === true
  }

  #enter(entry: Known, verdict: Verdict | undefined): void {
    if (verdict === undefined || verdict.void !== undefined) return
    if (bearsOnRights(entry)) this.heads.add(entry)
    if (isOf(entry, 'admit')) {
      this.holdings.admit(entry)
      this.invitations.use(entry)
    } else if (isOf(entry, 'grant')) this.holdings.grant(entry, verdict)
    else if (isOf(entry, 'invite')) this.invitations.invite(entry)
  }

  /** Any member may, so this waits until it is known who was one. */
  #keepHouse(entry: Known, verdict: Verdict | undefined): void {
    if (verdict === undefined || verdict.void !== undefined || !isHousekeeping(entry)) return
    if (memberUntil(this.holdings, entry.node, bySight(sightOf(entry))) >= entry.at) {
      this.housekeeping.add(entry)
    } else this.#objections.set(entry.hash, 'its author was no member by what it knew')
  }
}

function isOf<Type extends Known['body']['type']>(entry: Known, type: Type): entry is Known<Type> {
  return entry.body.type === type
}
