/**
 * Branches of a node: copies of its memory with logs of their own, to try something in.
 *
 *   create   the committed memory ──copy──▶ branches/NAME, with another incarnation
 *   open     the same wiring as the node's, without a network; it writes to logs that no other copy writes to
 *   follow   membership of the node ──▶ branch: rights, removals and erasures hold in it as they do outside
 *   merge    what only the branch has ──▶ inbox of the node, and on to its peers
 *
 * One thing at a time: who asks for a branch while it is being merged waits until that is over, and so does what is
 * written in it meanwhile. If the branch stays, all of that goes on; if it goes, it is refused.
 */
import {
  type EntryHash,
  FolkmootError,
  MEMBERSHIP_SCOPE,
  type News,
  type NodeId,
  NotFoundError,
} from '@folkmoot/core'
import { NODE_CLOSED } from '../closed-work.ts'
import { CONFIG_VERSION, reasonOf } from '../identity.ts'
import { HeldKeys, writeKeys } from '../keys/key-file.ts'
import { newIncarnation } from '../place.ts'
import type { BranchName, BranchReport } from '../reports.ts'
import { systemClock as clock, systemRandom as random } from '../system-ports.ts'
import {
  branchNames,
  branchPath,
  checkBranchName,
  clearLeftovers,
  makeBranch,
  removeBranch,
} from './branch-directory.ts'
import type { BranchesParts, BranchHome, OpenBranch } from './branch-home.ts'
import { branchReport, entriesOnlyIn } from './branch-report.ts'
import { carry } from './carry.ts'
import { carryOut, explainErased, type Merged } from './carry-out.ts'
import { handleOn } from './handle-on.ts'
import { settleBranch } from './settle-branch.ts'

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
      return branchReport(dir, name, 0)
    })
  }

  /** The branch, open; it stays so until it is closed, merged or dropped. @throws NotFoundError; FolkmootError directory */
  open(name: string): Promise<Home> {
    return this.#inTurn(async () => (await this.#following(name)).home)
  }

  /** Likewise, for one of perhaps several who use it: it is shut when the last of them has closed it. */
  handle(name: string): Promise<Home> {
    return this.#inTurn(async () => {
      const branch = await this.#following(name)
      branch.handles++
      return handleOn(branch.home, whyShut(name), () => this.#release(name, branch))
    })
  }

  list(): Promise<readonly BranchReport[]> {
    return this.#inTurn(async () => {
      const { dir, replica } = this.#parts
      const reports: BranchReport[] = []
      for (const name of branchNames(dir)) {
        const entries = await this.#brief(name, async ({ home }) =>
          entriesOnlyIn(dir, name, home.replica, replica),
        ).catch(() => null)
        reports.push(branchReport(dir, name, entries))
      }
      return reports
    })
  }

  /**
   * Carries what was written in a branch into the node. What is written in the branch meanwhile waits, so that nothing
   * is written into the void: it is refused if the branch goes, and done if it stays.
   * @param look what is to be compared with, seen just before
   * @param judge what became of it, and whether the branch may go
   * @throws NotFoundError; FolkmootError directory | disk: then some of it may be in the node, and the branch stays
   */
  merge<Before, Report>(
    name: string,
    look: () => Before,
    judge: (merged: Merged, before: Before) => Promise<{ readonly report: Report; readonly mayGo: boolean }>,
  ): Promise<Report> {
    return this.#inTurn(() =>
      this.#brief(name, async branch => {
        await explainErased(branch.home, this.#parts.replica)
        const { inbox } = branch.home
        await inbox.drained()
        inbox.hold()
        try {
          const before = look()
          const merged = await carryOut(name, branch, { ...this.#parts, node: this.#node })
          for (const { head } of merged.taken) this.#merged.add(head.incarnation)
          const { report, mayGo } = await judge(merged, before)
          // What peers send need not be on the disk at once; here it is about to be nowhere else.
          this.#parts.storage.transact(true, () => {})
          if (mayGo)
            await this.#remove(name, `the branch ${name} was merged: what was written in it is in its node`)
          return report
        } finally {
          inbox.release()
        }
      }),
    )
  }

  /** What was written in it is gone. @throws NotFoundError; FolkmootError directory */
  drop(name: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#check(name)
      await this.#remove(name, `the branch ${name} was dropped, with all that only it had`)
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
      if (this.#isClosed) throw NODE_CLOSED
      return work()
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  #check(name: string): void {
    checkBranchName(name)
    if (!branchNames(this.#parts.dir).includes(name)) throw new NotFoundError(`branch ${name}`)
  }

  async #following(name: string): Promise<OpenBranch<Home>> {
    const branch = await this.#opened(name)
    await this.#follow(branch)
    return branch
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
      ...{ home: opened, held, followed: 0, handles: 0 },
      close: because => opened.close(because),
    }
    this.#open.set(name, branch)
    return branch
  }

  /** @param because what is written in it still is refused with this, instead of being written first */
  async #shut(name: string, because?: FolkmootError): Promise<void> {
    const branch = this.#open.get(name)
    this.#open.delete(name)
    await branch?.close(because)
  }

  /** By one of those who use it: nothing else is shut that has been opened under its name since. */
  async #release(name: string, branch: OpenBranch<Home>): Promise<void> {
    if (this.#isClosed) return
    await this.#inTurn(async () => {
      branch.handles--
      if (branch.handles > 0 || this.#open.get(name) !== branch) return
      await branch.home.inbox.drained()
      await this.#shut(name, whyShut(name))
    }).catch(error => {
      // The node shuts all of them when it is closed itself.
      if (error !== NODE_CLOSED) throw error
    })
  }

  async #remove(name: string, because: string): Promise<void> {
    await this.#shut(name, new FolkmootError('closed', because)).catch(() => {})
    removeBranch(this.#parts.dir, name)
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

function whyShut(name: string): FolkmootError {
  return new FolkmootError('closed', `the branch ${name} is closed: open it again`)
}
