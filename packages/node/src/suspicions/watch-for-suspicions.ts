import type { Recording } from './record-findings.ts'
import { SuspicionWatch } from './suspicion-watch.ts'

interface WatchWishes {
  readonly arbiter?: object
  readonly suspect?: boolean
  readonly isBranch: boolean
  readonly onNotice?: (notice: string) => void
}

/** An arbiter looks at every memory that changes, unless it is told not to; what is only tried out it leaves alone. */
export function watchForSuspicions(
  view: Recording,
  { arbiter, suspect = true, isBranch, onNotice }: WatchWishes,
): SuspicionWatch | undefined {
  if (arbiter === undefined || !suspect || isBranch) return undefined
  let isTold = false
  return new SuspicionWatch(view, {
    onMissed: () =>
      onNotice?.('more memories change than can be compared with others: moot scan finds the rest'),
    onError(error) {
      // Whatever it is, it will hardly be another for the next memory.
      if (!isTold) onNotice?.(`a memory was not compared with others: ${(error as Error).message}`)
      isTold = true
    },
  })
}
