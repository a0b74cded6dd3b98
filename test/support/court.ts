/**
 * A mesh whose members disagree, and arbiters for it: every node is a process of the built command. What is asked again and
 * again goes through a node's socket, as commands do, but without a process for each question.
 *
 * ann founded it. bob and dee may read and write everything, and so may eli. What is in dispute is there from the
 * beginning: ann and dee, who had not heard of each other, said different things; then dee went away. No scope has a policy
 * before `rule` gives it one, so that arbiters leave it alone until then. eli has said things, too, and keeps each scope to
 * itself until `release`: then something is new that was said without having heard of anything.
 */
import {
  type CallName,
  type Client,
  connectSocket,
  type Params,
  type Result,
  WireError,
} from '@folkmoot/gateway/client'
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
const POLICY = {
  version: 1,
  clauses: [
    { when: { kind: 'project' }, rule: 'arbiter' },
    { when: { kind: 'preference' }, rule: 'latest' },
  ],
} as const

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
  readonly #clients = new Map<string, Promise<Client>>()
  readonly #said: readonly Said[]
  /** Of members that join when they are first started. */
  readonly #tickets = new Map<string, { readonly name: string; readonly ticket: string }>()
  #releasing = Promise.resolve()

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
    await this.start(this.dee)
    const count = async () => (await this.ask(this.ann, 'conflicts', {})).length
    await until(async () => (await count()) === this.#said.length)
    await this.stop(this.dee)
  }

  /** Of a node that runs. */
  async ask<Name extends CallName>(dir: string, method: Name, params: Params<Name>): Promise<Result<Name>> {
    const known = this.#clients.get(dir) ?? this.#connect(dir)
    this.#clients.set(dir, known)
    return (await known).call(method, params)
  }

  async #connect(dir: string): Promise<Client> {
    const client = await connectSocket(dir)
    if (client === undefined) throw new Error(`no node runs in ${dir}`)
    return client
  }

  /** What eli has said there all along is heard. */
  release(scope: string): Promise<void> {
    this.#kept.delete(scope)
    this.#releasing = this.#releasing.then(async () => {
      await this.stop(this.#eli)
      const kept = [...this.#kept].flatMap(other => ['--replicate', `${other}:local`])
      await this.start(this.#eli, ...kept)
    })
    return this.#releasing
  }

  /** Gives the directory of a node that has joined. Its agent is named after it. */
  async member(name: string, ...grants: readonly string[]): Promise<string> {
    const ticket = await this.#ticketFor(name, grants)
    await this.bench.json(this.bench.path(name), 'join', ticket, '--name', name)
    return this.bench.path(name)
  }

  /** Likewise, of one that joins when it is first started. */
  async guest(name: string, ...grants: readonly string[]): Promise<string> {
    const dir = this.bench.path(name)
    this.#tickets.set(dir, { name, ticket: await this.#ticketFor(name, grants) })
    return dir
  }

  async #ticketFor(name: string, grants: readonly string[]): Promise<string> {
    const rights = grants.flatMap(grant => ['--grant', grant])
    const invite = ['invite', '--agent', `agent-of-${name}`, ...rights]
    return (await this.bench.json<{ ticket: string }>(this.ann, ...invite)).ticket
  }

  async start(dir: string, ...flags: readonly string[]): Promise<RunningNode> {
    const guest = this.#tickets.get(dir)
    this.#tickets.delete(dir)
    const joining = guest === undefined ? [] : ['--name', guest.name, '--join', guest.ticket]
    const node = await this.bench.up(dir, '--listen', '/ip4/127.0.0.1/tcp/0', ...joining, ...flags)
    this.#running.set(dir, node)
    return node
  }

  /** With a model of that name behind the server. */
  judge(dir: string, { url }: OpenAiServer, name = 'played', ...flags: readonly string[]) {
    return this.start(dir, '--arbiter', '--model', `${url}#${name}`, ...flags)
  }

  async stop(dir: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#forget(dir)
    await this.#running.get(dir)?.stop(signal)
    this.#running.delete(dir)
  }

  /** From now on arbiters go by it in that scope. */
  async rule(scope: string): Promise<void> {
    await this.ask(this.ann, 'policy.set', { policy: POLICY, scope })
  }

  conflict(dir: string, scope: string, key: string): Promise<Dispute> {
    return this.ask(dir, 'conflict', { id: key, scope }) as Promise<Dispute>
  }

  /** The conflict as a node has it, once it is so. Before its two sides have come it is none. */
  async when(
    dir: string,
    scope: string,
    key: string,
    isSo: (conflict: Dispute) => boolean,
  ): Promise<Dispute> {
    let last: Dispute | undefined
    const isThere = async () => {
      last = await this.conflict(dir, scope, key).catch(notYet)
      return last !== undefined && isSo(last)
    }
    await until(isThere).catch(error => {
      throw new Error(`${error.message}; ${key} of ${scope} in ${dir}: ${JSON.stringify(last)}`)
    })
    return last as Dispute
  }

  get(dir: string, scope: string, key: string) {
    return this.ask(dir, 'get', { id: key, scope })
  }

  async status(dir: string): Promise<ArbiterStatus> {
    return (await this.ask(dir, 'status', {})).arbiter as ArbiterStatus
  }

  /** The state of a scope is the same on all of them. */
  async agree(scope: string, ...dirs: readonly string[]): Promise<void> {
    await until(async () => {
      const states = await Promise.all(dirs.map(dir => this.ask(dir, 'state', { scope })))
      return new Set(states.map(({ root }) => root)).size === 1
    })
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.keys()].map(dir => this.#forget(dir)))
    await this.bench.close()
  }

  async #forget(dir: string): Promise<void> {
    const client = this.#clients.get(dir)
    this.#clients.delete(dir)
    await (await client?.catch(() => undefined))?.close()
  }
}

/** @throws what is wrong with more than that there is no such conflict */
function notYet(error: unknown): undefined {
  if (!(error instanceof WireError) || error.code !== 'not-found') throw error
}
