/** Reads along what honest nodes send: nothing of a scope may go to who may not hold it. */
import type { EntryBytes, NodeId, Replica, ScopeAddress, ScopeId } from '@folkmoot/core'
import type { Transport } from '@folkmoot/sync'
import { placeOf } from '../../../packages/sync/src/gossip.ts'
import { decodeGossip, decodeMessage } from '../../../packages/sync/src/messages.ts'

export class ReadWatch {
  /** Scopes and nodes that were never granted them. */
  readonly #never: ReadonlyMap<ScopeAddress, ReadonlySet<NodeId>>
  readonly breaches: string[] = []
  /** Entries that were seen to pass in restricted scopes: a watch that saw none shows nothing. */
  seen = 0

  constructor(never: ReadonlyMap<ScopeAddress, ReadonlySet<NodeId>>) {
    this.#never = never
  }

  watch(name: string, transport: Transport, replica: Replica): Transport {
    return {
      ...transport,
      send: (peer, bytes) => {
        this.#checkMessage(name, peer, bytes, replica)
        return transport.send(peer, bytes)
      },
      publish: bytes => {
        const { runs, heads } = decodeGossip(bytes)
        const scopes = [...runs.map(run => scopeOf(run)), ...heads.map(({ scope }) => scope)]
        for (const scope of new Set(scopes)) {
          if (scope === undefined) continue
          // It is handed on to every member, and to nobody else.
          const never = [...(this.#neverOf(scope, replica) ?? [])]
          const isForbidden = never.some(node => replica.membership.isMember(node)) || !replica.isOpen(scope)
          if (isForbidden) this.#breach(`${name} gossips of ${scope}`)
        }
        return transport.publish(bytes)
      },
    }
  }

  #checkMessage(name: string, peer: NodeId, bytes: Uint8Array, replica: Replica): void {
    const message = decodeMessage(bytes)
    const scopes = new Set<ScopeId | undefined>()
    if (message.kind === 'page') scopes.add(scopeOf(message.entries))
    if (message.kind === 'heads') {
      for (const { items } of message.lists) for (const { scope } of items) scopes.add(scope)
    }
    for (const scope of scopes) {
      if (scope === undefined) continue
      const never = this.#neverOf(scope, replica)
      if (never !== undefined) this.seen++
      const isForbidden = never?.has(peer) === true || !replica.mayHold(peer, scope)
      if (isForbidden) this.#breach(`${name} sends a ${message.kind} of ${scope} to ${peer.slice(-4)}`)
    }
  }

  #neverOf(scope: ScopeId, replica: Replica): ReadonlySet<NodeId> | undefined {
    const name = replica.scopeName(scope)
    return name === undefined ? undefined : this.#never.get(name)
  }

  #breach(what: string): void {
    if (this.breaches.length < 20) this.breaches.push(what)
  }
}

function scopeOf(run: readonly EntryBytes[]): ScopeId | undefined {
  return placeOf(run)?.head.scope
}
