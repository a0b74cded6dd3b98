import type { LogId } from '@folkmoot/core'
import type { Peer } from './peer-status.ts'
import type { Run, RunOutcome, SyncReplica } from './replica-port.ts'

interface HeldPage {
  readonly peer: Peer
  readonly log: LogId
  readonly size: number
  readonly run: Run
}

/** Pages on their way into the replica's inbox, oldest first. The windows of the sessions bound those it has no room for. */
export class HeldPages {
  readonly #replica: SyncReplica
  readonly #applied: (page: HeldPage, outcome: RunOutcome) => void
  #pages: HeldPage[] = []

  constructor(replica: SyncReplica, applied: (page: HeldPage, outcome: RunOutcome) => void) {
    this.#replica = replica
    this.#applied = applied
  }

  add(page: HeldPage): void {
    this.#pages.push(page)
    this.offer()
  }

  offer(): void {
    for (let page = this.#pages[0]; page !== undefined; page = this.#pages[0]) {
      const { peer, run } = page
      const offered = page
      const taken = this.#replica.offer(run, peer.node, outcome => {
        this.#applied(offered, outcome)
        this.offer()
      })
      if (!taken) return
      this.#pages.shift()
    }
  }

  drop(peer: Peer): void {
    this.#pages = this.#pages.filter(page => page.peer !== peer)
  }
}
