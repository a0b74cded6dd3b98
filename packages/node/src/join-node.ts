import { FolkmootError } from '@folkmoot/core'
import { JOIN_VERSION, requestJoin } from '@folkmoot/sync'
import { writePeers } from './address-file.ts'
import { settleIn } from './found-node.ts'
import { newSeed, signerFrom } from './identity.ts'
import { systemClock } from './system-ports.ts'
import { decodeTicket } from './ticket.ts'

/** Asks the admin that the ticket names. Nothing is made in `dir` before it has said yes. @throws FolkmootError */
export async function joinNode(dir: string, name: string, text: string, signal?: AbortSignal): Promise<void> {
  const ticket = decodeTicket(text)
  if (ticket.expiresAt <= systemClock.now()) {
    throw new FolkmootError('ticket', 'the ticket has expired: ask for a new one')
  }
  const seed = newSeed()
  const { mesh, admin } = ticket
  const reply = await requestJoin({
    seed,
    addresses: ticket.addresses,
    admin,
    request: { version: JOIN_VERSION, mesh, secret: Uint8Array.from(ticket.secret), name },
    ...(signal === undefined ? {} : { signal }),
  })
  if (!reply.ok) throw new FolkmootError(reply.code, reply.reason)
  await settleIn(dir, { seed, signer: signerFrom(seed), mesh, name, membership: reply.membership })
  writePeers(dir, [{ node: admin, addresses: reply.addresses }])
}
