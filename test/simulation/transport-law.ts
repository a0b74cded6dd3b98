/** Watches the transports of a run from outside and says where the law (T1, T2, T8) was broken. */
import type { NodeId } from '@folkmoot/core'
import type { Transport, TransportHandler } from '@folkmoot/sync'

/** One connection as one end saw it. */
interface Conversation {
  readonly sent: string[]
  readonly received: string[]
  over: boolean
}

export class TransportLaw {
  /** By who saw it and whom it was with. */
  readonly #conversations = new Map<string, Conversation[]>()
  readonly #breaches: string[] = []

  watch(node: NodeId, transport: Transport): Transport {
    let stopped = false
    return {
      ...transport,
      start: handler => transport.start(this.#watchHandler(node, handler, () => stopped)),
      send: (peer, bytes) => {
        const taken = transport.send(peer, bytes)
        if (taken) this.#current(node, peer)?.sent.push(markOf(bytes))
        return taken
      },
      stop: () => {
        stopped = true
        return transport.stop()
      },
    }
  }

  /** The node is gone without a word: its connections end here. */
  crashed(node: NodeId): void {
    for (const [name, conversations] of this.#conversations) {
      if (name.startsWith(`${node}>`)) for (const conversation of conversations) conversation.over = true
    }
  }

  /** @param quiet nothing is on its way any more: what was sent has arrived */
  breaches(quiet: boolean): readonly string[] {
    const found = [...this.#breaches]
    for (const [name, conversations] of this.#conversations) {
      const [here = '', there = ''] = name.split('>')
      const sent = this.#conversations.get(`${there}>${here}`) ?? []
      const heardAll = conversations.every(({ received }) =>
        sent.some(other => isPrefix(received, other.sent)),
      )
      if (!heardAll) found.push(`T1: ${short(here)} heard what ${short(there)} did not send in this order`)
      const [mine, theirs] = [conversations.at(-1), sent.at(-1)]
      if (!quiet || mine === undefined || theirs === undefined || mine.over || theirs.over) continue
      if (mine.received.length < theirs.sent.length) {
        found.push(`T1: ${short(here)} never heard all that ${short(there)} sent`)
      }
    }
    return found
  }

  #watchHandler(node: NodeId, handler: TransportHandler, stopped: () => boolean): TransportHandler {
    const check = (holds: boolean, rule: string, peer: NodeId) => {
      if (!holds) this.#breaches.push(`${rule} at ${short(node)} with ${short(peer)}`)
      if (stopped()) this.#breaches.push(`T8: ${short(node)} was told something after it had stopped`)
    }
    return {
      connected: (peer, link) => {
        check(this.#current(node, peer) === undefined, 'T2: connected twice', peer)
        const name = `${node}>${peer}`
        const conversation: Conversation = { sent: [], received: [], over: false }
        this.#conversations.set(name, [...(this.#conversations.get(name) ?? []), conversation])
        handler.connected(peer, link)
      },
      disconnected: peer => {
        const current = this.#current(node, peer)
        check(current !== undefined, 'T2: disconnected without a connection', peer)
        if (current !== undefined) current.over = true
        handler.disconnected(peer)
      },
      received: (peer, bytes) => {
        const current = this.#current(node, peer)
        check(current !== undefined, 'T2: received without a connection', peer)
        current?.received.push(markOf(bytes))
        handler.received(peer, bytes)
      },
      gossiped: (from, bytes) => {
        check(true, 'T8', from)
        handler.gossiped(from, bytes)
      },
      drained: peer => {
        check(true, 'T8', peer)
        handler.drained(peer)
      },
    }
  }

  #current(node: NodeId, peer: NodeId): Conversation | undefined {
    const last = this.#conversations.get(`${node}>${peer}`)?.at(-1)
    return last?.over === false ? last : undefined
  }
}

/** Enough to tell messages of one connection apart. */
function markOf(bytes: Uint8Array): string {
  let mark = bytes.length
  for (const byte of bytes) mark = Math.imul(mark ^ byte, 0x5bd1e995) ^ (mark >>> 13)
  return mark.toString(36)
}

function isPrefix(part: readonly string[], whole: readonly string[]): boolean {
  return part.length <= whole.length && part.every((mark, at) => mark === whole[at])
}

function short(node: string): string {
  return node.slice(-4)
}
