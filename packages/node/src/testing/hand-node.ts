/** Nodes without a network: their entries are carried by hand, so that a test says who has heard of what. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  admit,
  type DocumentRow,
  type EntryBytes,
  FolkmootError,
  grant,
  MEMBERSHIP_SCOPE,
  type News,
  NoKeyError,
  type Permission,
  type Plan,
  parseScope,
  Replica,
  remember,
  type WriteResult,
} from '@folkmoot/core'
import { openSqliteStorage, type SqliteStorage } from '@folkmoot/store'
import { type FoundNodeOptions, foundNode, settleIn } from '../found-node.ts'
import { newSeed, readConfig, signerFrom } from '../identity.ts'
import type { HeldKeys } from '../keys/key-file.ts'
import { KeyKeeper } from '../keys/key-keeper.ts'
import { settleDirectory } from '../settle-directory.ts'
import { systemClock as clock, systemRandom as random } from '../system-ports.ts'

/** As the writer of a node does it. */
const KEY_ATTEMPTS_MAX = 5

export class HandNode {
  readonly dir: string
  readonly replica: Replica
  readonly keeper: KeyKeeper
  readonly held: HeldKeys
  readonly node: ReturnType<typeof signerFrom>['node']
  readonly incarnation: number | undefined
  readonly #storage: SqliteStorage

  constructor(
    dir: string,
    storage: SqliteStorage,
    { config, seed, signer, held }: Awaited<ReturnType<typeof settleDirectory>>,
  ) {
    this.dir = dir
    this.held = held
    this.node = signer.node
    this.incarnation = config.incarnation
    this.#storage = storage
    const { names } = held
    this.replica = new Replica(config.mesh, {
      ...{ storage, clock, random, signer, keyring: held.ring },
      ...(names === undefined ? {} : { names }),
      ...(config.incarnation === undefined ? {} : { incarnation: config.incarnation }),
    })
    const { replica, node } = this
    this.keeper = new KeyKeeper({
      ...{ dir, node, seed, replica, held, clock, random },
      write: plan => this.write(plan),
      unseal: scope =>
        new Promise((resolve, reject) => {
          const done = (failure?: FolkmootError) => (failure === undefined ? resolve() : reject(failure))
          replica.process([{ kind: 'unseal', scope, done }], news => this.#publish(news))
        }),
      heard: async () => {},
    })
  }

  static async open(dir: string): Promise<HandNode> {
    const storage = openSqliteStorage(dir)
    const settled = await settleDirectory(dir, readConfig(dir), storage)
    const opened = new HandNode(dir, storage, settled)
    await opened.keeper.start({ all: settled.keysAreNew })
    return opened
  }

  async write(plan: Plan): Promise<WriteResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#write(plan)
      } catch (error) {
        if (!(error instanceof NoKeyError) || attempt === KEY_ATTEMPTS_MAX) throw error
        await this.keeper.ensure(error.scope)
      }
    }
  }

  async remember(content: string, scope = 'app=default'): Promise<DocumentRow> {
    const at = { names: this.replica.names, node: this.node }
    const { row } = await this.write(remember({ scope: parseScope(scope), content }, at))
    return row as DocumentRow
  }

  /** What this node can read of a memory, if anything. */
  read({ id }: DocumentRow): unknown {
    return this.replica.storage.rows.get(id)?.registers.content?.at(-1)?.value
  }

  /** Takes everything from another that it may have. */
  async pull(from: HandNode): Promise<void> {
    const heads = [...from.replica.heads()].sort((a, b) => (a.scope < b.scope ? -1 : 1))
    for (const head of heads) {
      if (!from.replica.mayHold(this.node, head.scope)) continue
      const own = () => [...this.replica.heads()].find(({ log }) => log === head.log)?.seq ?? -1
      for (let seq = own() + 1; seq <= head.seq; seq = own() + 1) {
        const entries = from.replica.readRun(head.log, seq, 1 << 18)
        if (entries.length === 0 || !this.#take(entries, from)) break
      }
    }
    await this.settled()
  }

  /** When the keeper has nothing left to do of what it has heard. */
  async settled(): Promise<void> {
    await this.keeper.caughtUp()
    await this.keeper.handOutTo(this.node)
  }

  async admit(guest: string, agent: string, ...permissions: Permission[]): Promise<HandNode> {
    const dir = join(this.dir, '..', guest)
    const seed = newSeed()
    const signer = signerFrom(seed)
    await this.write(admit(signer.node, guest, agent))
    for (const permission of permissions) await this.write(grant({ agent }, permission))
    await this.keeper.handOutTo(signer.node)
    const { mesh } = this.replica
    await settleIn(dir, { seed, signer, mesh, name: guest, membership: this.membership() })
    return HandNode.open(dir)
  }

  /** Every run of the membership log. */
  membership(): EntryBytes[][] {
    const heads = [...this.replica.heads()].filter(({ scope }) => scope === MEMBERSHIP_SCOPE)
    return heads.map(({ log }) => [...this.replica.readRun(log, 0, 1 << 20)])
  }

  /** Every byte in its directory. */
  bytes(): Buffer {
    const files = readdirSync(this.dir).filter(file => !file.startsWith('lock.'))
    return Buffer.concat(files.map(file => readFileSync(join(this.dir, file))))
  }

  async close(): Promise<void> {
    await this.keeper.close()
    this.#storage.close()
  }

  #write(plan: Plan): WriteResult {
    let result: WriteResult | FolkmootError | undefined
    const done = (found: WriteResult | FolkmootError) => {
      result = found
    }
    this.replica.process([{ kind: 'local', ...plan, done }], news => this.#publish(news))
    if (result === undefined || result instanceof FolkmootError) throw result ?? new Error('never done')
    return result
  }

  #take(entries: readonly EntryBytes[], from: HandNode): boolean {
    let accepted = 0
    this.replica.process(
      [{ kind: 'remote', run: { entries }, from: from.node, done: outcome => (accepted = outcome.accepted) }],
      news => this.#publish(news),
    )
    return accepted > 0
  }

  #publish(news: News): void {
    this.keeper.tell(news)
  }
}

/** A directory for a mesh, and its founder. */
export async function foundMeshIn(home: string, options: FoundNodeOptions = {}): Promise<HandNode> {
  const dir = join(home, 'ann')
  await foundNode(dir, 'ann', 'admin', options)
  return HandNode.open(dir)
}

export function newHome(): { home: string; clear: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'folkmoot-keeper-'))
  return { home, clear: () => rmSync(home, { recursive: true, force: true }) }
}
