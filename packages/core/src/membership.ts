import type { MembershipBody } from './body.ts'
import type { VerifiedEntry } from './entry.ts'
import { compareTime, type HybridTime } from './hlc.ts'
import type { EntryHash, MeshId, NodeId } from './ids.ts'

export interface Member extends HybridTime {
  readonly node: NodeId
  readonly name: string
  readonly agent: string
  /** The entry that admitted it. */
  readonly entry: EntryHash
}

/** An open invitation, known by the hash of its secret. */
export interface Invitation {
  readonly ticket: EntryHash
  readonly agent: string
  readonly expiresAt: number
  readonly uses: number
}

/**
 * Who belongs to the mesh: the fold of the membership log. Only admins' entries count, and of two that admit one
 * node the earlier, so the outcome does not depend on the order of arrival.
 */
export class Membership {
  readonly mesh: MeshId
  #name = ''
  readonly #admins = new Set<NodeId>()
  readonly #members = new Map<NodeId, Member>()
  readonly #invitations = new Map<EntryHash, Invitation>()
  readonly #uses = new Map<EntryHash, number>()

  constructor(mesh: MeshId) {
    this.mesh = mesh
  }

  /** Takes an entry in. Says why if it can never count. */
  apply(entry: VerifiedEntry, body: MembershipBody): string | undefined {
    if (body.type === 'genesis') {
      if (entry.hash !== (this.mesh as string)) return 'not the genesis of this mesh'
      this.#name = body.name
      for (const admin of body.admins) this.#admins.add(admin)
      return undefined
    }
    if (!this.#admins.has(entry.node)) return 'its author is not an admin'
    if (body.type === 'invite') {
      const { ticket, agent, expiresAt, uses } = body
      this.#invitations.set(ticket, { ticket, agent, expiresAt, uses })
      return undefined
    }
    this.#admit({
      node: body.node,
      name: body.name,
      agent: body.agent,
      at: entry.at,
      tick: entry.tick,
      entry: entry.hash,
    })
    if (body.ticket !== undefined) this.#uses.set(body.ticket, (this.#uses.get(body.ticket) ?? 0) + 1)
    return undefined
  }

  get name(): string {
    return this.#name
  }

  isAdmin(node: NodeId): boolean {
    return this.#admins.has(node)
  }

  isMember(node: NodeId): boolean {
    return this.#admins.has(node) || this.#members.has(node)
  }

  member(node: NodeId): Member | undefined {
    return this.#members.get(node)
  }

  members(): Iterable<Member> {
    return this.#members.values()
  }

  invitation(ticket: EntryHash): (Invitation & { readonly used: number }) | undefined {
    const invitation = this.#invitations.get(ticket)
    return invitation && { ...invitation, used: this.#uses.get(ticket) ?? 0 }
  }

  /** True while somebody could still join by a ticket of this mesh. */
  expectsJoins(nowMs: number): boolean {
    return [...this.#invitations.values()].some(
      ({ ticket, expiresAt, uses }) => expiresAt > nowMs && (this.#uses.get(ticket) ?? 0) < uses,
    )
  }

  #admit(member: Member): void {
    const known = this.#members.get(member.node)
    if (known === undefined || isBefore(member, known)) this.#members.set(member.node, member)
  }
}

function isBefore(a: Member, b: Member): boolean {
  return (compareTime(a, b) || (a.entry < b.entry ? -1 : 1)) < 0
}
