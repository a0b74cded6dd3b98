import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('agent.ts', import.meta.url))

/** A benchmark process; `call` waits for its answer. */
export class Agent {
  readonly #process: ChildProcess = fork(SCRIPT, { execArgv: ['--conditions=folkmoot-source'] })

  // biome-ignore lint/suspicious/noExplicitAny: the other side of the pipe decides
  call(op: string, ...args: readonly unknown[]): Promise<any> {
    return new Promise((resolve, reject) => {
      const child = this.#process
      const ended = () => reject(new Error(`the process ended during ${op}`))
      child.once('exit', ended)
      child.once('message', (answer: { result?: unknown; error?: string }) => {
        child.off('exit', ended)
        if (answer.error === undefined) resolve(answer.result)
        else reject(new Error(answer.error))
      })
      child.send({ op, args })
    })
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }
}

/** A place to work in and agents to do it, all gone afterwards. */
export async function withAgents<T>(work: (home: string, start: () => Agent) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'folkmoot-bench-'))
  const agents: Agent[] = []
  const start = () => {
    const agent = new Agent()
    agents.push(agent)
    return agent
  }
  try {
    return await work(home, start)
  } finally {
    for (const agent of agents) agent.kill()
    await rm(home, { recursive: true, force: true })
  }
}
