import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url))

export interface Child {
  readonly process: ChildProcess
  /** Whole lines it has written so far. */
  lines(): readonly string[]
  /** Waits until it has written that many lines, or has ended. */
  wrote(lines: number): Promise<void>
  kill(): Promise<void>
}

/**
 * Runs writer.ts as a process of its own.
 * @param uid the user to run it as, if not ours
 */
export function startChild(directory: string, mode: 'write' | 'hold' = 'write', uid?: number): Child {
  const child = spawn(process.execPath, ['--conditions=folkmoot-source', WRITER, directory, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid }),
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text
  })
  const lines = () => output.split('\n').slice(0, -1)
  const ended = once(child, 'exit')
  return {
    process: child,
    lines,
    async wrote(count) {
      while (lines().length < count && child.exitCode === null) {
        await Promise.race([once(child.stdout, 'data'), ended])
      }
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
