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
    openClient: async (dir, onProgress) => {
      const { openClient } = await import('./open-client.ts')
      return openClient(dir, onProgress)
    },
  }
}

function sink(stream: NodeJS.WriteStream, stop: () => void): Sink {
  let gone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader had enough, as `head` does: no fault of anybody.
    if (error.code !== 'EPIPE') throw error
    gone = true
    stop()
  })
  return {
    write: text =>
      new Promise(resolve => {
        if (gone) resolve()
        else stream.write(text, () => resolve())
      }),
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY === true ? stream.columns : Number.POSITIVE_INFINITY,
  }
}
