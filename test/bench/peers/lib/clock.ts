import { setTimeout as sleep } from 'node:timers/promises'

/** Starts a stopwatch; calling what it returns gives the seconds since then. */
export function stopwatch(): () => number {
  const start = performance.now()
  return () => Number(((performance.now() - start) / 1000).toFixed(4))
}

/** Asks again every `every` milliseconds until the answer is yes. The task's own time limit bounds it. */
export async function until(isTrue: () => Promise<boolean> | boolean, every = 2): Promise<void> {
  while (!(await isTrue())) await sleep(every)
}
