import type { Sink } from '../surroundings.ts'

const BAR_CELLS = 24

export interface Progress {
  readonly show: (what: string, done: number, total: number) => void
  /** Takes the bar away, so that what follows starts on a clean line. */
  clear(): void
}

/** A bar on a terminal; nothing anywhere else. A total of 0 means that nobody knows it. */
export function createProgress(sink: Sink): Progress {
  let shown = ''
  return {
    show: (what, done, total) => {
      if (!sink.isTerminal) return
      const line = progressLine(what, done, total)
      if (line === shown) return
      shown = line
      void sink.write(`\r${line}\x1b[K`)
    },
    clear: () => {
      if (shown !== '') void sink.write('\r\x1b[K')
      shown = ''
    },
  }
}

/** Changes at most once a percent, so that a tight loop does not flood the terminal. */
export function progressLine(what: string, done: number, total: number): string {
  if (total <= 0) return `${what} ${done.toLocaleString('en')}`
  const share = Math.min(1, done / total)
  const cells = Math.floor(share * BAR_CELLS)
  const bar = '█'.repeat(cells) + '░'.repeat(BAR_CELLS - cells)
  return `${what} ${bar} ${Math.floor(share * 100)
    .toString()
    .padStart(3)}%`
}
