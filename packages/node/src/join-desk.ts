/** Where guests with a ticket are let in. Open only while a ticket is out, and apart from the mesh's own listener. */
import {
  admit,
  type EntryHash,
  FolkmootError,
  invite,
  MEMBERSHIP_SCOPE,
  type NodeId,
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
import type { InviteOptions } from './api.ts'
import { systemClock as clock } from './system-ports.ts'
import { encodeTicket, newSecret, ticketHash } from './ticket.ts'
import type { Writer } from './writer.ts'

/** A ticket is passed on by hand, within the hour; a leaked one should be worthless soon. */
const TICKET_MS = 60 * 60_000
/** Membership in one reply: a mesh of hundreds of nodes is a few hundred kilobytes. */
const MEMBERSHIP_RUN_BYTES = 256 * 1024

export interface JoinDeskOptions {
  /** Multiaddr of the door. */
  readonly listen: string
  /** Told where the door is, so that it can be found there again after a restart. */
  readonly onListening: (address: string) => void
  readonly seed: Uint8Array
  readonly node: NodeId
  readonly replica: Replica
  readonly writer: Writer
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
    const { replica, node } = this.#options
    if (replica.membership.isAdmin(node) && replica.membership.expectsJoins(clock.now())) await this.#open()
  }

  async invite(options: InviteOptions, writer: Writer): Promise<{ ticket: string; expiresAt: number }> {
    const { replica, node } = this.#options
    if (!replica.membership.isAdmin(node)) throw new FolkmootError('not-admitted', 'only an admin can invite')
    const { agent = 'agent', expiresInMs = TICKET_MS, uses = 1 } = options
    if (!(expiresInMs > 0)) throw new UsageError('a ticket must be good for some time')
    const server = await this.#open()
    const secret = newSecret()
    const expiresAt = clock.now() + expiresInMs
    await writer.write(invite(ticketHash(secret), agent, expiresAt, uses))
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
    const { replica, writer } = this.#options
    const ticket = ticketHash(secret)
    if (mesh !== replica.mesh) return refusal('wrong-mesh', 'the ticket is for another mesh')
    try {
      // Checked where it is written, one admission after the other, so that one ticket cannot be used twice at once.
      await writer.write({
        touches: ticket,
        plan: view => admit(guest, name, this.#agentOf(ticket), ticket).plan(view),
      })
    } catch (error) {
      if (error instanceof FolkmootError && error.code === 'ticket') return refusal('ticket', error.message)
      throw error
    }
    return { ok: true, membership: this.#membership(), addresses: [...this.#options.addresses()] }
  }

  /** The agent that a ticket admits. @throws FolkmootError ticket, if it admits nobody any more */
  #agentOf(ticket: EntryHash): string {
    const invitation = this.#options.replica.membership.invitation(ticket)
    if (invitation === undefined) throw new FolkmootError('ticket', 'the ticket is not known here')
    if (invitation.expiresAt <= clock.now()) throw new FolkmootError('ticket', 'the ticket has expired')
    if (invitation.used >= invitation.uses) throw new FolkmootError('ticket', 'the ticket has been used')
    return invitation.agent
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
