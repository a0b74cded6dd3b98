import type { EntryHash, NodeId } from '../ids.ts'
import type { Invitation } from './access.ts'
import { compareKnown, type Known } from './past.ts'

/** Open and used invitations. Of two with one ticket the earlier counts. */
export class Invitations {
  readonly #invites = new Map<EntryHash, Known<'invite'>>()
  readonly #uses = new Map<EntryHash, Set<NodeId>>()

  invite(entry: Known<'invite'>): void {
    const known = this.#invites.get(entry.body.ticket)
    if (known === undefined || compareKnown(entry, known) < 0) this.#invites.set(entry.body.ticket, entry)
  }

  /** Two admins that let one node in by one ticket have used it once. */
  use({ body: { ticket, node } }: Known<'admit'>): void {
    if (ticket === undefined) return
    const nodes = this.#uses.get(ticket) ?? new Set()
    this.#uses.set(ticket, nodes.add(node))
  }

  find(ticket: EntryHash): Invitation | undefined {
    const body = this.#invites.get(ticket)?.body
    if (body === undefined) return undefined
    const { agent, expiresAt, uses, grants = [], notAfter = null } = body
    return { ticket, agent, expiresAt, uses, used: this.#uses.get(ticket)?.size ?? 0, grants, notAfter }
  }

  isAnyOpen(nowMs: number): boolean {
    for (const ticket of this.#invites.keys()) {
      const found = this.find(ticket)
      if (found !== undefined && found.expiresAt > nowMs && found.used < found.uses) return true
    }
    return false
  }
}
