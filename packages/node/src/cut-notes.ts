import type { Clock, NodeId, Storage } from '@folkmoot/core'
import type { RefusalCode } from '@folkmoot/sync'

/** What says something of a peer or its software. The others only say that it should come back later. */
const WORTH_NOTING: ReadonlySet<RefusalCode> = new Set([
  'version',
  'mesh',
  'malformed',
  'flood',
  'unasked',
  'slow',
])
/** A peer that does the same again and again is noted this often: notes are few, and each is a write. */
const AGAIN_MS = 60_000

/** Keeps why connections ended beside the runs that were refused, so that `moot doctor` can explain it. */
export function noteCuts(storage: Pick<Storage, 'notes' | 'transact'>, clock: Clock) {
  const noted = new Map<string, number>()
  return (from: NodeId, code: RefusalCode, reason: string): void => {
    const at = clock.now()
    const what = `${from} ${code}`
    if (!WORTH_NOTING.has(code) || at - (noted.get(what) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return
    noted.set(what, at)
    try {
      storage.transact(false, () =>
        storage.notes.refuse({ at, from, code, reason: `disconnected: ${reason}` }),
      )
    } catch {
      // A disk that refuses this refuses writes too, and their authors are told.
    }
  }
}
