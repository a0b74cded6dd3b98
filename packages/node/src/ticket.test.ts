import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signerOf } from '../../../test/support/replicas.ts'
import { decodeTicket, encodeTicket, newSecret, type Ticket } from './ticket.ts'

const ticket: Ticket = {
  mesh: 'ab'.repeat(32) as Ticket['mesh'],
  admin: signerOf('admin').node,
  addresses: ['/ip4/127.0.0.1/tcp/4001'],
  secret: newSecret(),
  expiresAt: 1_800_000_000_000,
}

describe('ticket', () => {
  test('reads back what was written, with white space around it', () => {
    expect(decodeTicket(` ${encodeTicket(ticket)}\n`)).toEqual(ticket)
  })

  test('a damaged ticket is refused, whatever the damage', () => {
    const text = encodeTicket(ticket)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'abcXYZ019-_. '), (at, letter) => {
        fc.pre(text[at] !== letter)
        const damaged = text.slice(0, at) + letter + text.slice(at + 1)
        // The last letter of base64 can carry bits that belong to no byte: such a ticket is the same ticket.
        try {
          expect(decodeTicket(damaged)).toEqual(ticket)
        } catch (error) {
          expect(error).toMatchObject({ code: 'ticket' })
        }
      }),
    )
    for (const wrong of [
      '',
      'hello',
      text.slice(0, -8),
      `${text}AAAA`,
      'folkmoot-ticket-1.',
      'x'.repeat(10_000),
    ]) {
      expect(() => decodeTicket(wrong)).toThrow(expect.objectContaining({ code: 'ticket' }))
    }
  })
})
