/** Replays the blocks on real nodes, and asks the oracle about every answer. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AccessMesh } from './access-mesh.ts'
import {
  AGENTS,
  ASKERS,
  type Asker,
  Author,
  type Block,
  type Fragment,
  mayRead,
  queriesFor,
  scheduleFor,
  USERS,
} from './dynamic-access.ts'
import { all, READ_PATHS } from './read-paths.ts'

export interface BlockResult {
  readonly block: string
  readonly edges: number
  readonly fragments: number
  readonly queries: number
  /** From the last entry's arrival to the last permitted fragment being readable: keys are on their way. */
  readonly waitedMs: number
  given: number
  denied: number
  refused: number
  leaked: number
  /** What was denied or leaked, in words: none of it should be. */
  readonly faults: string[]
}

export interface AccessOptions {
  readonly seed: string
  /** Of each user in each block; the paper has 20. */
  readonly queries: number
  /** Blocks to replay: all nine by default. */
  readonly blocks?: readonly number[]
  readonly onBlock?: (result: BlockResult) => void
}

/** Keys are handed out within seconds; who was left out is found when somebody looks around, every half a minute. */
const CATCH_UP_MS = 45_000
const EMPTY: Block = { served: new Set(), used: new Set() }

export async function runAccess(options: AccessOptions): Promise<readonly BlockResult[]> {
  const { seed, queries, blocks, onBlock = () => {} } = options
  const schedule = scheduleFor(seed)
  const mesh = await AccessMesh.open()
  const run = new Run(mesh, new Author(seed))
  const results: BlockResult[] = []
  let before = EMPTY
  try {
    for (const t of blocks ?? schedule.keys()) {
      const block = schedule[t] ?? EMPTY
      await mesh.become(before, block)
      const result = await run.block(t, block, { seed, queries })
      results.push(result)
      onBlock(result)
      before = block
    }
  } finally {
    await mesh.close()
  }
  return results
}

class Run {
  readonly #mesh: AccessMesh
  readonly #author: Author
  /** Edges that were ever there: what was read once stays with who read it. */
  readonly #ever = new Set<string>()

  constructor(mesh: AccessMesh, author: Author) {
    this.#mesh = mesh
    this.#author = author
  }

  async block(t: number, block: Block, { seed, queries }: AccessOptions): Promise<BlockResult> {
    const { fragments } = this.#author
    for (const edge of block.served) this.#ever.add(edge)
    const heard = new Watchers(this.#mesh)
    const writings = this.#author.plan(block)
    for (const writing of writings) await this.#mesh.write(writing)
    await this.#mesh.spread(block, fragments.keys())
    const waitedMs = await this.#patience(block)
    const asked = queriesFor(seed, t, block, fragments, queries)
    const result: BlockResult = {
      ...{ block: `t${t}`, edges: block.served.size, fragments: fragments.length, queries: asked.length },
      waitedMs,
      ...{ given: 0, denied: 0, refused: 0, leaked: 0, faults: [] },
    }
    const general = new Map<string, string>()
    for (const { by, about } of asked) await this.#ask(by, about, block, result, general)
    await this.#count(block, result)
    const states = Map.groupBy(writings, ({ fragment }) => fragment)
    for (const [by, told] of await heard.end()) {
      for (const [fragment, changes] of states) {
        // Watchers are told of each state as it comes about.
        const wasOpen = changes.flatMap(change => change.states).some(state => mayRead(by, state, block))
        if (wasOpen && told.includes(fragment.secret)) result.given += 1
        else judge(result, { by, fragment, path: 'watch', told }, block)
      }
    }
    this.#onDisk(result)
    return result
  }

  /**
   * Who was granted a scope just now has to be sent what is in it, and its key. What still cannot be read after this is
   * counted as denied.
   */
  async #patience(block: Block): Promise<number> {
    const started = performance.now()
    const deadline = started + CATCH_UP_MS
    for (const by of ASKERS) {
      const view = this.#mesh.viewFor(by)
      for (const fragment of this.#author.fragments.filter(each => mayRead(by, each, block))) {
        const id = this.#mesh.placed.get(fragment.number)?.id ?? ''
        while ((await view.get(id)) === undefined && performance.now() < deadline) await sleep(20)
      }
    }
    return performance.now() - started
  }

  /** One query on every read path. */
  async #ask(by: Asker, about: Fragment, block: Block, result: BlockResult, general: Map<string, string>) {
    const placed = this.#mesh.placed.get(about.number)
    if (placed === undefined) throw new Error(`fragment ${about.number} was never written`)
    const view = this.#mesh.viewFor(by)
    for (const [path, { ask, tellsOf, isGeneral }] of Object.entries(READ_PATHS)) {
      const name = `${by.user} ${by.agent} ${path}`
      const told = general.get(name) ?? (await said(() => ask(view, placed)))
      if (isGeneral) general.set(name, told)
      if (tellsOf(placed)) judge(result, { by, fragment: about, path, told }, block)
      this.#look(result, { by, path, told }, block, about)
    }
  }

  /** Nothing else that is forbidden may be in an answer either. */
  #look(result: BlockResult, { by, path, told }: Omit<Answer, 'fragment'>, block: Block, about: Fragment) {
    for (const fragment of this.#author.fragments) {
      if (fragment === about || !told.includes(fragment.secret) || mayRead(by, fragment, block)) continue
      result.leaked += 1
      result.faults.push(`${path} told ${by.user} at ${by.agent} of fragment ${fragment.number} besides`)
    }
  }

  /** `state` and `status` tell numbers only: as many as may be read, no more and no less. */
  async #count(block: Block, result: BlockResult): Promise<void> {
    for (const by of ASKERS) {
      const expected = this.#author.fragments.filter(fragment => mayRead(by, fragment, block)).length
      const view = this.#mesh.viewFor(by)
      const { scopes } = await view.state()
      const counts = [scopes.reduce((sum, { records }) => sum + records, 0), (await view.status()).records]
      for (const found of counts) {
        const isDenied = found < expected
        if (found === expected) result[expected > 0 ? 'given' : 'refused'] += 1
        else result[isDenied ? 'denied' : 'leaked'] += Math.abs(found - expected)
        if (found !== expected)
          result.faults.push(`state: ${by.user} at ${by.agent} counts ${found}, not ${expected}`)
      }
    }
  }

  /** An agent that never served a user never got a log of that user's own scope, nor a word of it. */
  #onDisk(result: BlockResult): void {
    for (const user of USERS) {
      const holders = this.#mesh.holdersOf(user)
      const secrets = this.#author.fragments.filter(({ owner }) => owner === user).map(({ secret }) => secret)
      for (const agent of AGENTS) {
        if (this.#ever.has(`${user} ${agent}`)) continue
        const hasIt = holders.includes(agent) || secrets.some(secret => this.#mesh.hasBytes(agent, secret))
        if (hasIt) {
          result.leaked += 1
          result.faults.push(`${agent} stores what is ${user}'s own and never served ${user}`)
        }
      }
    }
  }
}

interface Answer {
  readonly by: Asker
  readonly fragment: Fragment
  readonly path: string
  readonly told: string
}

function judge(result: BlockResult, { by, fragment, path, told }: Answer, block: Block): void {
  const isTold = told.includes(fragment.secret)
  const isPermitted = mayRead(by, fragment, block)
  if (isPermitted) result[isTold ? 'given' : 'denied'] += 1
  else result[isTold ? 'leaked' : 'refused'] += 1
  if (isTold === isPermitted) return
  const what = isTold ? 'told' : 'did not tell'
  const facts = `agents ${[...fragment.agents]}, resources ${[...fragment.resources]}, owner ${fragment.owner}`
  result.faults.push(
    `${path} ${what} ${by.user} at ${by.agent} of fragment ${fragment.number} (${fragment.kind}, ${facts})`,
  )
}

/** Errors are answers too: they must not tell anything either. */
async function said(ask: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify((await ask()) ?? null)
  } catch (error) {
    return `${(error as Error).name} ${(error as Error).message}`
  }
}

/** One watcher for each user at each agent, for as long as a block takes. */
class Watchers {
  readonly #stop = new AbortController()
  readonly #heard: readonly (readonly [Asker, Promise<string>])[]

  constructor(mesh: AccessMesh) {
    const { signal } = this.#stop
    this.#heard = ASKERS.map(by => [
      by,
      all(mesh.viewFor(by).watch({ signal })).then(
        events => JSON.stringify(events),
        error => `${error}`,
      ),
    ])
  }

  async end(): Promise<readonly (readonly [Asker, string])[]> {
    this.#stop.abort()
    return Promise.all(this.#heard.map(async ([by, told]) => [by, await told] as const))
  }
}
