import { createModelJudge, type Judge } from '@folkmoot/arbiter'
import type { Clock, NodeId, Replica } from '@folkmoot/core'
import type { ReaderOptions } from '../reader.ts'
import type { PeerReport } from '../reports.ts'
import type { View } from '../view.ts'
import type { ArbiterOptions } from './arbiter-options.ts'
import { Arbitration, type ChangeWatcher } from './arbitration.ts'
import { meshTime } from './mesh-time.ts'

export interface NewArbitrationParts {
  readonly node: NodeId
  readonly view: View
  readonly replica: Replica
  readonly peers: () => readonly PeerReport[]
  readonly reading: ReaderOptions
  readonly clock: Clock
  readonly judge: Judge | undefined
  readonly watchers: readonly ChangeWatcher[]
  readonly onNotice: ((line: string) => void) | undefined
}

/** Who judges: the one that was given, or else the model behind an endpoint. @throws UsageError for a bad address */
export function judgeFor({ judge, model }: ArbiterOptions = {}): Judge | undefined {
  if (judge !== undefined || model === undefined) return judge
  const { url, name, apiKey, stream = true } = model
  return createModelJudge({ url, model: name, stream, ...(apiKey === undefined ? {} : { apiKey }) })
}

/** An arbiter for a real node, not yet at work. @throws UsageError if an option makes no sense */
export function newArbitration(options: ArbiterOptions, parts: NewArbitrationParts): Arbitration {
  const { node, view, replica, peers, reading, clock, judge, watchers, onNotice } = parts
  const now = meshTime(
    () => replica.now,
    () => clock.now(),
  )
  return new Arbitration({
    ...{ node, view, options, watchers, judge, onNotice, timers: { now, after } },
    members: () => replica.membership,
    connected: () => peers().flatMap(peer => (peer.connected ? peer.node : [])),
    fallback: reading,
  })
}

/** An arbiter alone keeps no process alive. */
function after(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms)
  timer.unref()
  return () => clearTimeout(timer)
}
