/** Nodes that are honest but for one thing. */
import { type EntryBytes, type EntryHash, MEMBERSHIP_SCOPE, sha256, toHex } from '@folkmoot/core'
import type { Transport } from '@folkmoot/sync'
import { encodeMessage } from '../../../packages/sync/src/encode-message.ts'
import { placeOf } from '../../../packages/sync/src/gossip.ts'
import { decodeMessage, type Message } from '../../../packages/sync/src/messages.ts'
import type { Twist } from '../node.ts'
import type { Chance } from '../random.ts'
import { tellsAll } from '../sabotage.ts'
import type { Schedule } from '../schedule.ts'

export type TwistMaker = (chance: Chance, schedule: () => Schedule) => Twist

export const TWISTS: Readonly<Record<string, TwistMaker>> = {
  /** After a while it hears of no change of the membership: put out or not, it goes on writing as it did. */
  'deaf to the membership'(chance, schedule) {
    const from = chance.between(0, 8_000)
    return {
      port: port => ({
        ...port,
        isMember: () => true,
        offer: (run, peer, done) => {
          const isMembership = isOfMembership(run.entries)
          if (schedule().now < from || !isMembership) return port.offer(run, peer, done)
          schedule().after(1, () => done({ accepted: 0 }))
          return true
        },
      }),
    }
  },

  /** Hands out payloads that were erased meanwhile. */
  'late copies': () => ({
    port: port => {
      const copies = new Map<EntryHash, Uint8Array>()
      const keep = (entry: EntryBytes) => {
        if (entry.payload !== null && copies.size < 5_000) copies.set(hashOf(entry), entry.payload)
      }
      return {
        ...port,
        offer: (run, peer, done) => {
          run.entries.forEach(keep)
          return port.offer(run, peer, done)
        },
        readRun: (log, seq, bytesMax) =>
          port.readRun(log, seq, bytesMax).map(entry => {
            keep(entry)
            return { ...entry, payload: entry.payload ?? copies.get(hashOf(entry)) ?? null }
          }),
      }
    },
  }),

  /** Flips bits in what it passes on. */
  tampers: chance => ({ transport: transport => tampering(transport, chance) }),

  /** Tells everybody of all it has. */
  'tells all': () => tellsAll,
}

function tampering(transport: Transport, chance: Chance): Transport {
  return {
    ...transport,
    send: (peer, bytes) => {
      const message = decodeMessage(bytes)
      if (message.kind !== 'page' || message.entries.length === 0 || !chance.hit(0.3)) {
        return transport.send(peer, bytes)
      }
      return transport.send(peer, encodeMessage(tampered(message, chance)))
    },
  }
}

function tampered(page: Extract<Message, { kind: 'page' }>, chance: Chance): Message {
  const victim = chance.between(0, page.entries.length - 1)
  const entries = page.entries.map((entry, at): EntryBytes => {
    if (at !== victim) return entry
    const part = chance.pick(['header', 'payload', 'signature'] as const)
    const bytes = entry[part]
    if (bytes === null || bytes.length === 0) return entry
    const changed = Uint8Array.from(bytes)
    const bit = chance.between(0, changed.length * 8 - 1)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return { ...entry, [part]: changed }
  })
  return { ...page, entries }
}

function hashOf(entry: EntryBytes): EntryHash {
  return toHex(sha256(entry.header)) as EntryHash
}

/** Others tamper, too: what they pass on may have no place. */
function isOfMembership(entries: readonly EntryBytes[]): boolean {
  try {
    return placeOf(entries)?.head.scope === MEMBERSHIP_SCOPE
  } catch {
    return false
  }
}
