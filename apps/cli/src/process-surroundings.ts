import type { Sink, Surroundings } from './surroundings.ts'

/** The real process. */
export function processSurroundings(): Surroundings {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  let listening = false
  return {
    env: process.env,
    stdin: process.stdin,
    out: sink(process.stdout, stop),
    err: sink(process.stderr, stop),
    now: () => Date.now(),
    untilStopped: () => {
      if (!listening) process.once('SIGINT', stop).once('SIGTERM', stop)
      listening = true
      return stopping.signal
    },
    isStopped: () => stopping.signal.aborted,
    openClient: async (dir, onProgress, visitor, reach) => {
      const { openClient } = await import('./open-client.ts')
      return openClient(dir, onProgress, visitor, reach)
    },
  }
}

function sink(stream: NodeJS.WriteStream, stop: () => void): Sink {
  // Every write tells its own error; without a listener they would be thrown at nobody.
  stream.on('error', () => {})
  return {
    write: text =>
      new Promise((resolve, reject) => {
        stream.write(text, (error?: NodeJS.ErrnoException | null) => {
          if (!isGone(error)) return error ? reject(error) : resolve()
          stop()
          resolve()
        })
      }),
    isTerminal: stream.isTTY === true,
    columns: columnsOf(stream, process.env.COLUMNS),
  }
}

/** What somebody asks for goes before what the terminal says; a terminal that says 0 does not know. */
export function columnsOf(
  { isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
  asked: string | undefined,
): number {
  if (asked !== undefined && /^[1-9]\d{0,5}$/.test(asked)) return Number(asked)
  return isTTY === true && columns > 0 ? columns : Number.POSITIVE_INFINITY
}

/** The reader had enough, as `head` does: no fault of anybody. Later writes find the stream destroyed. */
function isGone(error: NodeJS.ErrnoException | null | undefined): boolean {
  return error?.code === 'EPIPE' || error?.code === 'ERR_STREAM_DESTROYED'
}
