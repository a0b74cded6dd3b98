/**
 * A mesh whose members disagree, and arbiters for it: every node is a process of the built command.
 *
 * ann founded it. bob and dee may read and write everything, and so may eli. What is in dispute is there from the
 * beginning: ann and dee, who had not heard of each other, said different things. No scope has a policy before `rule`
 * gives it one, so that arbiters leave it alone until then. eli has said things, too, and keeps each scope to itself
 * until `release`: then something is new that was said without having heard of anything.
 */
import { Bench, type RunningNode, until } from './moot.ts'
import type { OpenAiServer } from './openai-server.ts'

export interface Dispute {
  readonly id: string
  readonly status: string
  readonly candidates: readonly { readonly value: string; readonly agent: string }[]
  readonly claimedBy: { readonly node: string; readonly until: string } | null
  readonly policy: { readonly rule: string }
  readonly resolution: Settled | null
  readonly overruled: readonly Settled[]
  readonly reopened: Settled | null
}

export interface Settled {
  readonly kind: string
  readonly pick: number | null
  readonly value: unknown
  readonly agent: string
  readonly node: string
  readonly reason: string | null
  readonly judge: string
  readonly model: string | null
  readonly promptHash: string | null
  readonly confidence: number | null
}

export interface ArbiterStatus {
  readonly model: string | null
  readonly mayArbitrate: boolean
  readonly queued: number
  readonly judging: readonly string[]
  readonly lastError: string | null
  readonly breaker: { readonly state: string; readonly until: string | null }
  readonly settled: { readonly [how: string]: number }
  readonly left: { readonly calls: number | null; readonly until: string | null }
}

/** What an arbiter decides, and what a rule. */
const POLICY = JSON.stringify({
  version: 1,
  clauses: [
    { when: { kind: 'project' }, rule: 'arbiter' },
    { when: { kind: 'preference' }, rule: 'latest' },
  ],
})

/** What several say of one memory. */
export interface Said {
  readonly scope: string
  readonly key: string
  readonly ann: string
  readonly dee: string
  readonly eli?: string
  /** `project` by default: for an arbiter. */
  readonly kind?: 'project' | 'preference'
  /** That dee gives. */
  readonly reason?: string
}

export class Court {
  readonly bench = new Bench()
  readonly ann = this.bench.path('ann')
  readonly bob = this.bench.path('bob')
  readonly dee = this.bench.path('dee')
  readonly #eli = this.bench.path('eli')
  readonly #kept: Set<string>
  readonly #running = new Map<string, RunningNode>()
  readonly #said: readonly Said[]

  constructor(said: readonly Said[]) {
    this.#said = said
    this.#kept = new Set(said.flatMap(({ scope, eli }) => (eli === undefined ? [] : scope)))
  }

  /** bob has not joined yet. */
  async open(): Promise<void> {
    await this.bench.json(this.ann, 'init', '--name', 'ann', '--agent', 'billing')
    await this.start(this.ann)
    await Promise.all(['dee', 'eli'].map(name => this.member(name, '*:read,write')))
    const lines = (by: 'ann' | 'dee' | 'eli') =>
      this.#said.flatMap(({ scope, key, kind = 'project', reason, ...said }) => {
        const grounds = by === 'dee' && reason !== undefined ? { reason } : {}
        return said[by] === undefined
          ? []
          : [JSON.stringify({ value: said[by], scope, key, kind, ...grounds })]
      })
    for (const by of ['ann', 'dee', 'eli'] as const) {
      const dir = this.bench.path(by)
      const { code, err } = await this.bench.run(['import', '-', '--dir', dir], {
        input: lines(by).join('\n'),
      })
      if (code !== 0) throw new Error(err)
    }
    await Promise.all([this.start(this.dee), this.#startEli()])
    const count = async () => (await this.bench.json<unknown[]>(this.ann, 'conflicts')).length
    await until(async () => (await count()) === this.#said.length)
  }

  /** What eli has said there all along is heard. */
  async release(scope: string): Promise<void> {
    this.#kept.delete(scope)
    await this.stop(this.#eli)
    await this.#startEli()
  }

  #startEli() {
    return this.start(this.#eli, ...[...this.#kept].flatMap(scope => ['--replicate', `${scope}:local`]))
  }

  /** Gives the directory of a node that has joined. Its agent is named after it. */
  async member(name: string, ...grants: readonly string[]): Promise<string> {
    const rights = grants.flatMap(grant => ['--grant', grant])
    const invite = ['invite', '--agent', `agent-of-${name}`, ...rights]
    const { ticket } = await this.bench.json<{ ticket: string }>(this.ann, ...invite)
    await this.bench.json(this.bench.path(name), 'join', ticket, '--name', name)
    return this.bench.path(name)
  }

  async start(dir: string, ...flags: readonly string[]): Promise<RunningNode> {
    const node = await this.bench.up(dir, '--listen', '/ip4/127.0.0.1/tcp/0', ...flags)
    this.#running.set(dir, node)
    return node
  }

  /** With a model of that name behind the server. */
  judge(dir: string, { url }: OpenAiServer, name = 'played', ...flags: readonly string[]) {
    return this.start(dir, '--arbiter', '--model', `${url}#${name}`, ...flags)
  }

  async stop(dir: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#running.get(dir)?.stop(signal)
    this.#running.delete(dir)
  }

  /** From now on arbiters go by it in that scope. */
  async rule(scope: string): Promise<void> {
    const { code, err } = await this.bench.run(['policy', 'set', '-', '--scope', scope, '--dir', this.ann], {
      input: POLICY,
    })
    if (code !== 0) throw new Error(err)
  }

  conflict(dir: string, scope: string, key: string): Promise<Dispute> {
    return this.bench.json<Dispute>(dir, 'conflict', key, '--scope', scope)
  }

  /** The conflict as a node has it, once it is so. Before its two sides have come it is none. */
  async when(
    dir: string,
    scope: string,
    key: string,
    isSo: (conflict: Dispute) => boolean,
  ): Promise<Dispute> {
    let last = ''
    const isThere = async () => {
      const { code, out } = await this.bench.run(['conflict', key, '--scope', scope, '--json', '--dir', dir])
      last = out
      return code === 0 && isSo(JSON.parse(out) as Dispute)
    }
    await until(isThere).catch(error => {
      throw new Error(`${error.message}; ${key} of ${scope} in ${dir}: ${last}`)
    })
    return JSON.parse(last) as Dispute
  }

  get(dir: string, scope: string, key: string) {
    return this.bench.json<{ value: unknown; status: string }>(dir, 'get', key, '--scope', scope)
  }

  async status(dir: string): Promise<ArbiterStatus> {
    return (await this.bench.json<{ arbiter: ArbiterStatus }>(dir, 'status')).arbiter
  }

  /** The state of a scope is the same on all of them. */
  async agree(scope: string, ...dirs: readonly string[]): Promise<void> {
    await until(async () => {
      const states = dirs.map(dir => this.bench.json<{ root: string }>(dir, 'state', '--scope', scope))
      return new Set((await Promise.all(states)).map(({ root }) => root)).size === 1
    })
  }

  close(): Promise<void> {
    return this.bench.close()
  }
}
