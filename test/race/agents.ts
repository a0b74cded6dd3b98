import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AgentRequest } from './agent.ts'

const SCRIPT = fileURLToPath(new URL('agent.ts', import.meta.url))
/** What takes longer is stuck, not slow: a race of 20 keys takes a few seconds at most. */
const PATIENCE_MS = 60_000

/** A process of a race; `call` waits for its answer, and one call is under way at a time. */
export class Agent {
  // What the packages print would stand in the middle of the table.
  readonly #process: ChildProcess = fork(SCRIPT, {
    execArgv: ['--conditions=folkmoot-source'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  #said = ''

  constructor() {
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#said = (this.#said + data.toString()).slice(-2000)
    })
  }

  /** @throws Error what the other side reports, or that it ended or does not answer */
  call<T>(op: AgentRequest['op'], ...args: readonly unknown[]): Promise<T> {
    return new Promise((resolve, reject) => {
      const child = this.#process
      const done = () => {
        clearTimeout(late)
        child.off('exit', ended)
        child.off('message', answered)
      }
      const ended = () => {
        done()
        reject(new Error(`the process ended during ${op}: ${this.#said}`))
      }
      const answered = (answer: { result?: unknown; error?: string }) => {
        done()
        if (answer.error === undefined) resolve(answer.result as T)
        else reject(new Error(answer.error))
      }
      const late = setTimeout(() => {
        done()
        reject(new Error(`no answer to ${op} within ${PATIENCE_MS / 1000} s: ${this.#said}`))
      }, PATIENCE_MS)
      child.on('exit', ended)
      child.on('message', answered)
      child.send({ op, args })
    })
  }

  /** Ends it for certain, in good order where that works. */
  async stop(): Promise<void> {
    const child = this.#process
    if (child.exitCode !== null || child.signalCode !== null) return
    await this.call('close').catch(() => {})
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await ended
  }
}
