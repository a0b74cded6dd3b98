/**
 * Scenario 3 of "Collaborative Memory" (arXiv 2505.18279, section 4.3 and appendix): five users, five agents, five
 * resources. In nine blocks of time the edges user -> agent and agent -> resource go up to all twenty-five and down
 * again. The paper draws them by Bernoulli trials (p = 0.2) until a block has its number; that is the first so many of
 * a random order, and is drawn here by a seed. Its Table 13 prints 12 edges at t2 where its text says 15: here it is 15.
 *
 * The oracle is the rule as the paper states it, in sets, and knows nothing of the product:
 * m is in M(u,a,t) iff a is in A(u,t), A(m) is within A(u,t), R(m) is within R(a,t), and m is private to nobody but u.
 */
import { Chance } from '../simulation/random.ts'

export const USERS = ['u1', 'u2', 'u3', 'u4', 'u5'] as const
export const AGENTS = ['a1', 'a2', 'a3', 'a4', 'a5'] as const
export const RESOURCES = ['r1', 'r2', 'r3', 'r4', 'r5'] as const
/** Edges of each graph in t0 to t8. */
export const EDGES = [5, 10, 15, 20, 25, 20, 15, 10, 5] as const
/** From here on edges are only taken away. */
const PEAK = 4

/** `u1 a3`: user u1 may be served by agent a3. `a3 r2`: agent a3 may use resource r2. */
export type Edge = string

export interface Block {
  readonly served: ReadonlySet<Edge>
  readonly used: ReadonlySet<Edge>
}

/** Both graphs in each block. */
export function scheduleFor(seed: string): readonly Block[] {
  const chance = new Chance(`${seed}/schedule`)
  const graphs = [graph(chance, USERS, AGENTS), graph(chance, AGENTS, RESOURCES)]
  return EDGES.map((_, t) => ({ served: graphs[0]?.[t] ?? new Set(), used: graphs[1]?.[t] ?? new Set() }))
}

/** Granted in one random order, taken away in another. */
function graph(chance: Chance, from: readonly string[], to: readonly string[]): readonly ReadonlySet<Edge>[] {
  const all = from.flatMap(one => to.map(other => `${one} ${other}`))
  const [up, down] = [chance.shuffled(all), chance.shuffled(all)]
  return EDGES.map((count, t) => new Set((t <= PEAK ? up : down).slice(0, count)))
}

/** What changes from one block to the next. */
export function changes(before: ReadonlySet<Edge>, after: ReadonlySet<Edge>) {
  return {
    granted: [...after].filter(edge => !before.has(edge)),
    revoked: [...before].filter(edge => !after.has(edge)),
  }
}

export type Kind = 'record' | 'disputed' | 'block'

/** What the rule asks of a fragment. */
export interface Restriction {
  /** Whom it is private to. */
  readonly owner: string | null
  readonly agents: ReadonlySet<string>
  readonly resources: ReadonlySet<string>
}

/** A fragment, as the oracle knows it. Contributors and resources only ever become more. */
export interface Fragment extends Restriction {
  readonly number: number
  readonly kind: Kind
  /** A word that is in it and nowhere else. */
  readonly secret: string
  readonly agents: Set<string>
  readonly resources: Set<string>
}

export interface Asker {
  readonly user: string
  readonly agent: string
}

export function mayRead({ user, agent }: Asker, it: Restriction, { served, used }: Block): boolean {
  const isServed = (by: string) => served.has(`${user} ${by}`)
  return (
    isServed(agent) &&
    [...it.agents].every(isServed) &&
    [...it.resources].every(resource => used.has(`${agent} ${resource}`)) &&
    (it.owner === null || it.owner === user)
  )
}

export const ASKERS: readonly Asker[] = USERS.flatMap(user => AGENTS.map(agent => ({ user, agent })))

/** Something to write in a block: by an agent, in the service of a user. */
export interface Writing {
  readonly by: Asker
  readonly what: 'new' | 'update'
  readonly fragment: Fragment
  /** Another agent that says something else under the same key at the same time. */
  readonly rival: Asker | null
  readonly resources: readonly string[]
  readonly from: readonly Fragment[]
  /** What the fragment is on its way through this: of two who say something at once, one is heard first. */
  readonly states: readonly Restriction[]
}

/** Plans what is written, and keeps the books of who contributed what. */
export class Author {
  readonly fragments: Fragment[] = []
  readonly #chance: Chance

  constructor(seed: string) {
    this.#chance = new Chance(`${seed}/author`)
  }

  /** What each agent writes for each user that it serves, and what becomes of older fragments. */
  plan(block: Block): readonly Writing[] {
    const chance = this.#chance
    const askers = ASKERS.filter(({ user, agent }) => block.served.has(`${user} ${agent}`))
    const before = [...this.fragments]
    return askers.flatMap(by => {
      const writings = [this.#new(by, block, before)]
      const known = before.filter(old => old.kind === 'record' && mayRead(by, old, block))
      if (known.length > 0 && chance.hit(0.2)) writings.push(this.#update(by, chance.pick(known), block))
      return writings
    })
  }

  #new(by: Asker, block: Block, before: readonly Fragment[]): Writing {
    const chance = this.#chance
    const owner = chance.hit(0.4) ? by.user : null
    const isPlain = chance.hit(0.7)
    const kind: Kind = isPlain ? 'record' : chance.pick(['disputed', 'block'])
    const readable = before.filter(old => mayRead(by, old, block) && (old.owner === null || owner !== null))
    const from = kind === 'record' && readable.length > 0 && chance.hit(0.35) ? [chance.pick(readable)] : []
    const rivals = AGENTS.filter(agent => agent !== by.agent && block.served.has(`${by.user} ${agent}`))
    const rival =
      kind === 'disputed' && rivals.length > 0 ? { user: by.user, agent: chance.pick(rivals) } : null
    const number = this.fragments.length
    const fragment: Fragment = {
      number,
      kind: rival === null && kind === 'disputed' ? 'record' : kind,
      secret: `zq${number.toString(36)}x${chance.between(1e8, 9e8).toString(36)}q`,
      owner,
      agents: new Set([by.agent, ...(rival === null ? [] : [rival.agent])]),
      resources: new Set(),
    }
    this.fragments.push(fragment)
    const resources = this.#drawOn(rival === null ? [by] : [by, rival], block)
    this.#book(fragment, resources, from)
    const both = snapshot(fragment)
    const alone =
      rival === null ? [] : [by, rival].map(({ agent }) => ({ ...both, agents: new Set([agent]) }))
    return { by, what: 'new', fragment, rival, resources, from, states: [...alone, both] }
  }

  #update(by: Asker, fragment: Fragment, block: Block): Writing {
    const resources = this.#drawOn([by], block)
    fragment.agents.add(by.agent)
    this.#book(fragment, resources, [])
    const states = [snapshot(fragment)]
    return { by, what: 'update', fragment, rival: null, resources, from: [], states }
  }

  /** None, or one that all of them may use. */
  #drawOn(askers: readonly Asker[], { used }: Block): readonly string[] {
    const free = RESOURCES.filter(resource => askers.every(({ agent }) => used.has(`${agent} ${resource}`)))
    return free.length > 0 && this.#chance.hit(0.7) ? [this.#chance.pick(free)] : []
  }

  /** What a fragment rests on it inherits. */
  #book(fragment: Fragment, resources: readonly string[], from: readonly Fragment[]): void {
    for (const resource of resources) fragment.resources.add(resource)
    for (const source of from) {
      for (const agent of source.agents) fragment.agents.add(agent)
      for (const resource of source.resources) fragment.resources.add(resource)
    }
  }
}

function snapshot({ owner, agents, resources }: Fragment): Restriction {
  return { owner, agents: new Set(agents), resources: new Set(resources) }
}

export interface Query {
  readonly by: Asker
  readonly about: Fragment
}

/** So many queries of each user: about half of them for what may be read, as far as there is anything. */
export function queriesFor(
  seed: string,
  t: number,
  block: Block,
  fragments: readonly Fragment[],
  each: number,
) {
  const chance = new Chance(`${seed}/queries/${t}`)
  return USERS.flatMap(user => {
    const askers = ASKERS.filter(asker => asker.user === user)
    const open = askers.flatMap(by =>
      fragments.filter(m => mayRead(by, m, block)).map(about => ({ by, about })),
    )
    return Array.from({ length: each }, (_, i): Query => {
      if (i % 2 === 0 && open.length > 0) return chance.pick(open)
      return { by: chance.pick(askers), about: chance.pick(fragments) }
    })
  })
}
