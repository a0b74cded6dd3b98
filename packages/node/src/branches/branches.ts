/**
 * Branches of a node: copies of its memory with logs of their own, to try something in.
 *
 *   create   the committed memory ──copy──▶ branches/NAME, with another incarnation
 *   open     the same wiring as the node's, without a network; it writes to logs that no other copy writes to
 *   follow   membership of the node ──▶ branch: rights, removals and erasures hold in it as they do outside
 *   merge    what only the branch has ──▶ inbox of the node, and on to its peers
 *
 * One thing at a time: who asks for a branch while it is being merged waits until that is over.
 */
import {
  type EntryHash,
  FolkmootError,
  MEMBERSHIP_SCOPE,
  type News,
  type NodeId,
  NotFoundError,
} from '@folkmoot/core'
import type { SqliteStorage } from '@folkmoot/store'
import { CONFIG_VERSION, reasonOf } from '../identity.ts'
import { HeldKeys, writeKeys } from '../keys/key-file.ts'
import { newIncarnation } from '../place.ts'
import type { BranchName, BranchReport } from '../reports.ts'
import type { Settled } from '../settle-directory.ts'
import { systemClock as clock, systemRandom as random } from '../system-ports.ts'
import {
  branchNames,
  branchPath,
  bytesOf,
  checkBranchName,
  clearLeftovers,
  makeBranch,
  readBranchConfig,
  removeBranch,
} from './branch-directory.ts'
import { type Carried, carry, type Destination, entriesAhead } from './carry.ts'
import { settleBranch, takeKeys } from './settle-branch.ts'

/** What a branch is once it is open. */
export interface BranchHome extends Destination {
  readonly erasures: { readonly isGone: (erasure: EntryHash) => boolean }
  readonly close: () => Promise<void>
}

export interface BranchesParts<Home extends BranchHome> extends Destination {
  readonly dir: string
  readonly settled: Pick<Settled, 'config' | 'seed' | 'signer' | 'held'>
  readonly storage: Pick<SqliteStorage, 'copyTo' | 'transact'>
  /** Wires what is in a directory as a node is wired, but offline. */
  readonly open: (dir: string, settle: (storage: SqliteStorage) => Promise<Settled>) => Promise<Home>
}

interface OpenBranch<Home> {
  readonly home: Home
  readonly held: HeldKeys
  readonly close: () => Promise<void>
  /** Of the membership news of its node: how many it was told of. */
  followed: number
}

export class Branches<Home extends BranchHome> {
  readonly #parts: BranchesParts<Home>
  readonly #node: NodeId
  readonly #open = new Map<string, OpenBranch<Home>>()
  /** What the logs are begun with that were merged since the node was opened. */
  readonly #merged = new Set<number>()
  #membershipNews = 1
  #turn: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(parts: BranchesParts<Home>) {
    this.#parts = parts
    this.#node = parts.settled.signer.node
    clearLeftovers(parts.dir)
  }

  /** @throws UsageError, for its name; FolkmootError directory | disk */
  create(name: string): Promise<BranchReport> {
    return this.#inTurn(async () => {
      const { dir, settled, storage, replica } = this.#parts
      const { name: nodeName, agent } = settled.config
      const config = {
        ...{ version: CONFIG_VERSION, mesh: replica.mesh, name: nodeName, agent },
        ...{ incarnation: newIncarnation(random), createdAt: clock.now() },
      }
      makeBranch(dir, name, config, path => {
        storage.copyTo(path)
        writeKeys(path, settled.held)
      })
      return { name, createdAt: config.createdAt, bytes: bytesOf(dir, name), entries: 0 }
    })
  }

  /** The branch, open; it stays so until it is closed, merged or dropped. @throws NotFoundError; FolkmootError directory */
  open(name: string): Promise<Home> {
    return this.#inTurn(async () => {
      const branch = await this.#opened(name)
      await this.#follow(branch)
      return branch.home
    })
  }

  list(): Promise<readonly BranchReport[]> {
    return this.#inTurn(async () => {
      const { dir, replica } = this.#parts
      const reports: BranchReport[] = []
      for (const name of branchNames(dir)) {
        const entries = await this.#brief(name, async ({ home }) =>
          entriesAhead(home.replica, replica),
        ).catch(() => null)
        reports.push({ name, createdAt: createdAt(dir, name), bytes: bytesOf(dir, name), entries })
      }
      return reports
    })
  }

  /**
   * Carries what was written in a branch into the node. Whoever still writes in the branch is told that it is closed,
   * so that nothing is written into the void.
   * @param look what is to be compared with, seen just before
   * @param judge what became of it, and whether the branch may go
   * @throws NotFoundError; FolkmootError directory | disk: then some of it may be in the node, and the branch stays
   */
  merge<Before, Report>(
    name: string,
    look: () => Before,
    judge: (
      carried: Carried,
      before: Before,
    ) => Promise<{ readonly report: Report; readonly mayGo: boolean }>,
  ): Promise<Report> {
    return this.#inTurn(async () => {
      const { dir, storage, settled } = this.#parts
      await this.#shut(name)
      const { home, held } = await this.#opened(name)
      takeKeys(dir, settled.held, held)
      const before = look()
      const carried = await carry({ from: home.replica, to: this.#parts, node: this.#node })
      for (const { head } of carried.taken) this.#merged.add(head.incarnation)
      const { report, mayGo } = await judge(carried, before)
      await this.#shut(name)
      // What peers send need not be on the disk at once; here it is about to be nowhere else.
      storage.transact(true, () => {})
      if (mayGo) removeBranch(dir, name)
      return report
    })
  }

  /** What was written in it is gone. @throws NotFoundError; FolkmootError directory */
  drop(name: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#check(name)
      await this.#shut(name).catch(() => {})
      removeBranch(this.#parts.dir, name)
    })
  }

  /** @throws FolkmootError directory, that names those that could not be opened; the others have had it */
  inEach(work: (home: Home) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const failures: string[] = []
      for (const name of branchNames(this.#parts.dir)) {
        await this.#brief(name, ({ home }) => work(home)).catch(error => {
          failures.push(`branch ${name}: ${reasonOf(error)}`)
        })
      }
      if (failures.length > 0)
        throw new FolkmootError('directory', `it is done here, but not in ${failures.join('; ')}`)
    })
  }

  /** Carries erasures into every branch, and tells which branches still hold something of them. */
  stillHolding(due: readonly EntryHash[]): Promise<ReadonlyMap<EntryHash, readonly BranchName[]>> {
    return this.#inTurn(async () => {
      const holding = new Map<EntryHash, BranchName[]>()
      for (const name of branchNames(this.#parts.dir)) {
        const left = await this.#brief(name, async branch => {
          await this.#follow(branch)
          return due.filter(erasure => !branch.home.erasures.isGone(erasure))
        }).catch(() => due)
        for (const erasure of left) holding.set(erasure, [...(holding.get(erasure) ?? []), `branch ${name}`])
      }
      return holding
    })
  }

  /** What was just committed in the node. */
  tell({ appended }: News): void {
    if (!appended.some(({ head }) => head.scope === MEMBERSHIP_SCOPE)) return
    this.#membershipNews++
    for (const [name, branch] of this.#open) {
      // What fails now is tried again before the branch is used.
      void this.#inTurn(async () => {
        if (this.#open.get(name) === branch) await this.#follow(branch)
      }).catch(() => {})
    }
  }

  /** Whether logs of this incarnation came out of a branch since the node was opened. */
  hasMerged(incarnation: number): boolean {
    return this.#merged.has(incarnation)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#turn
    for (const name of [...this.#open.keys()]) await this.#shut(name)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => {
      if (this.#isClosed) throw new FolkmootError('closed', 'the node is closed')
      return work()
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  #check(name: string): void {
    checkBranchName(name)
    if (!branchNames(this.#parts.dir).includes(name)) throw new NotFoundError(`branch ${name}`)
  }

  async #opened(name: string): Promise<OpenBranch<Home>> {
    const known = this.#open.get(name)
    if (known !== undefined) return known
    this.#check(name)
    let held = new HeldKeys()
    const opened = await this.#parts.open(branchPath(this.#parts.dir, name), async storage => {
      const settled = await settleBranch(name, this.#parts, storage)
      held = settled.held
      return settled
    })
    const branch: OpenBranch<Home> = {
      home: { ...opened, close: () => this.#shut(name, branch) },
      ...{ held, followed: 0, close: () => opened.close() },
    }
    this.#open.set(name, branch)
    return branch
  }

  /** @param only shuts nothing else that has been opened under that name since */
  async #shut(name: string, only?: OpenBranch<Home>): Promise<void> {
    const branch = this.#open.get(name)
    if (branch === undefined || (only !== undefined && only !== branch)) return
    this.#open.delete(name)
    await branch.close()
  }

  /** Leaves a branch as it was found: open or closed. */
  async #brief<T>(name: string, work: (branch: OpenBranch<Home>) => Promise<T>): Promise<T> {
    const wasOpen = this.#open.has(name)
    try {
      return await work(await this.#opened(name))
    } finally {
      if (!wasOpen) await this.#shut(name)
    }
  }

  /** Tells a branch what its node has heard of the membership since. @throws FolkmootError, if it does not take it */
  async #follow(branch: OpenBranch<Home>): Promise<void> {
    const news = this.#membershipNews
    if (branch.followed === news) return
    const { refused } = await carry({
      ...{ from: this.#parts.replica, to: branch.home, node: this.#node },
      takes: scope => scope === MEMBERSHIP_SCOPE,
    })
    // What stands after the end of its log counts nowhere: the node has it because it came before the end did.
    const [first] = refused.filter(({ code }) => code !== 'cut')
    if (first !== undefined) throw new FolkmootError(first.code, `it cannot follow its node: ${first.reason}`)
    branch.followed = news
  }
}

/** 0 where that cannot be told: the doctor says what is wrong with it. */
function createdAt(dir: string, name: string): number {
  try {
    return readBranchConfig(dir, name).createdAt
  } catch {
    return 0
  }
}
