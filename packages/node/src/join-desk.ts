/** Where guests with a ticket are let in. Open only while a ticket is out, and apart from the mesh's own listener. */
import {
  admit,
  type EntryHash,
  FolkmootError,
  type Invitation,
  invite,
  MEMBERSHIP_SCOPE,
  type NodeId,
  type Permission,
  type Replica,
  UsageError,
} from '@folkmoot/core'
import {
  type JoinRefusal,
  type JoinReply,
  type JoinRequest,
  type JoinServer,
  serveJoin,
} from '@folkmoot/sync'
import type { Administrator } from './administration/administrator.ts'
import { grantTo } from './administration/grant.ts'
import { canonical } from './administration/permission.ts'
import type { InviteOptions } from './api.ts'
import { systemClock as clock } from './system-ports.ts'
import { encodeTicket, newSecret, ticketHash } from './ticket.ts'
import type { Writer } from './writer.ts'

/** A ticket is passed on by hand, within the hour; a leaked one should be worthless soon. */
const TICKET_MS = 60 * 60_000
/** What comes with a ticket that says nothing, for an agent that has nothing yet: everything but the tiers of others. */
const GRANTS_DEFAULT: readonly Permission[] = [{ scope: '*', rights: ['read', 'write'] }, { resource: '*' }]
/** Membership in one reply: a mesh of hundreds of nodes is a few hundred kilobytes. */
const MEMBERSHIP_RUN_BYTES = 256 * 1024

export interface JoinDeskOptions {
  /** Multiaddr of the door. */
  readonly listen: string
  /** Tickets were given out here before: their bearers look for the door where it was. */
  readonly wasOpen: boolean
  /** Told where the door is, so that it can be found there again after a restart. */
  readonly onListening: (address: string) => void
  readonly seed: Uint8Array
  readonly node: NodeId
  readonly replica: Replica
  readonly writer: Writer
  /** Hands a guest the keys that it may have. Resolves when they are in the membership log. */
  readonly handOutTo: (guest: NodeId) => Promise<void>
  /** Where the mesh can be dialled. */
  readonly addresses: () => readonly string[]
}

export class JoinDesk {
  readonly #options: JoinDeskOptions
  #server: JoinServer | undefined

  constructor(options: JoinDeskOptions) {
    this.#options = options
  }

  /** After a restart: tickets that are still good find their door again. */
  async openIfExpected(): Promise<void> {
    const { replica, node, wasOpen } = this.#options
    const isAdmin = wasOpen && replica.membership.isAdmin(node)
    if (isAdmin && replica.membership.expectsJoins(clock.now())) await this.#open()
  }

  async invite(options: InviteOptions, writer: Writer): Promise<{ ticket: string; expiresAt: number }> {
    const { replica, node } = this.#options
    if (!replica.membership.isAdmin(node)) throw new FolkmootError('not-admitted', 'only an admin can invite')
    const { agent = 'agent', expiresInMs = TICKET_MS, uses = 1, permissions = [], notAfter } = options
    const grants = permissions.map(permission => canonical(permission, clock.now()))
    if (!(expiresInMs > 0)) throw new UsageError('a ticket must be good for some time')
    if (notAfter !== undefined && !(notAfter > clock.now())) {
      throw new UsageError('a certificate must be good for some time')
    }
    const server = await this.#open()
    const secret = newSecret()
    const expiresAt = clock.now() + expiresInMs
    const given = { grants, ...(notAfter === undefined ? {} : { notAfter }) }
    await writer.write(invite(ticketHash(secret), agent, expiresAt, uses, given))
    const ticket = encodeTicket({
      mesh: replica.mesh,
      admin: node,
      addresses: server.addresses,
      secret,
      expiresAt,
    })
    return { ticket, expiresAt }
  }

  async close(): Promise<void> {
    await this.#server?.stop()
    this.#server = undefined
  }

  async #open(): Promise<JoinServer> {
    if (this.#server !== undefined) return this.#server
    const { seed, listen, onListening } = this.#options
    this.#server = await serveJoin({
      seed,
      listen: [listen],
      handle: (request, from) => this.#welcome(request, from),
    })
    onListening(this.#server.addresses[0] ?? listen)
    return this.#server
  }

  async #welcome({ mesh, secret, name }: JoinRequest, guest: NodeId): Promise<JoinReply> {
    const { replica, writer, node, handOutTo } = this.#options
    const ticket = ticketHash(secret)
    if (mesh !== replica.mesh) return refusal('wrong-mesh', 'the ticket is for another mesh')
    if (!replica.membership.isAdmin(node)) {
      return refusal('not-admitted', 'the node that gave the ticket is no admin any more')
    }
    try {
      // Checked where it is written, one admission after the other, so that one ticket cannot be used twice at once.
      await writer.write({
        touches: ticket,
        plan: view => {
          const { agent, notAfter } = this.#invitation(ticket)
          const until = notAfter === null ? {} : { notAfter }
          return admit(guest, name, agent, { ticket, ...until }).plan(view)
        },
      })
    } catch (error) {
      if (error instanceof FolkmootError && error.code === 'ticket') return refusal('ticket', error.message)
      throw error
    }
    await this.#grantWhatComesWith(ticket, guest)
    await handOutTo(guest)
    return { ok: true, membership: this.#membership(), addresses: [...this.#options.addresses()] }
  }

  /** What the ticket says, beside what the agent may do already; admin is for this node, and not for its agent. */
  async #grantWhatComesWith(ticket: EntryHash, guest: NodeId): Promise<void> {
    const { replica, node, writer } = this.#options
    const { membership } = replica
    const invitation = membership.invitation(ticket)
    if (invitation === undefined) return
    const { agent, grants } = invitation
    const isSilent = grants.length === 0 && !this.#hasAny(agent)
    const by: Administrator = {
      ...{ replica, node, now: clock.now },
      write: async plans =>
        (await Promise.all(plans.map(plan => writer.write(plan)))).map(({ entry }) => entry),
      hearNews: async () => {},
    }
    for (const permission of isSilent ? GRANTS_DEFAULT : grants) {
      const isOver = permission.until !== undefined && permission.until <= clock.now()
      if (isOver) continue
      const [forNode, forAgent] = withoutAdmin(permission)
      if (forAgent !== undefined) await grantTo(by, `agent=${agent}`, [forAgent])
      if (forNode !== undefined) await grantTo(by, `node=${guest}`, [forNode])
    }
  }

  /** Whether an agent may do anything today. */
  #hasAny(agent: string): boolean {
    const now = clock.now()
    return this.#options.replica.membership
      .edges()
      .some(({ to, until }) => 'agent' in to && to.agent === agent && (until === null || until > now))
  }

  /** @throws FolkmootError ticket, if it admits nobody any more */
  #invitation(ticket: EntryHash): Invitation {
    const now = clock.now()
    const invitation = this.#options.replica.membership.invitation(ticket)
    if (invitation === undefined) throw new FolkmootError('ticket', 'the ticket is not known here')
    const { expiresAt, notAfter, used, uses } = invitation
    if (expiresAt <= now) throw new FolkmootError('ticket', 'the ticket has expired')
    if (notAfter !== null && notAfter <= now) {
      throw new FolkmootError('ticket', 'the certificate that comes with the ticket has expired')
    }
    if (used >= uses) throw new FolkmootError('ticket', 'the ticket has been used')
    return invitation
  }

  #membership() {
    const { replica } = this.#options
    const runs = []
    for (const head of replica.heads()) {
      if (head.scope !== MEMBERSHIP_SCOPE) continue
      for (let seq = 0; seq <= head.seq; ) {
        const run = replica.readRun(head.log, seq, MEMBERSHIP_RUN_BYTES)
        if (run.length === 0) break
        runs.push(run)
        seq += run.length
      }
    }
    return runs
  }
}

function refusal(code: JoinRefusal, reason: string): JoinReply {
  return { ok: false, code, reason }
}

/** What of a permission is for the node that comes, and what for all that act as its agent. */
function withoutAdmin(permission: Permission): [Permission | undefined, Permission | undefined] {
  if ('resource' in permission || !permission.rights.includes('admin')) return [undefined, permission]
  const rest = permission.rights.filter(right => right !== 'admin')
  return [
    { ...permission, rights: ['admin'] },
    rest.length === 0 ? undefined : { ...permission, rights: rest },
  ]
}
