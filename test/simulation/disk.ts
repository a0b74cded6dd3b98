/**
 * A node's disk, over core's storage in memory: it may be full for a while, and power may fail, between transactions
 * or in the middle of one. What was not committed durably is lost from some commit on; never a gap.
 */
import {
  createVolatileStorage,
  type EntryStore,
  FolkmootError,
  type NoteStore,
  type RowStore,
  type ScopeId,
  type Storage,
} from '@folkmoot/core'
import type { Chance } from './random.ts'
import type { Stats } from './stats.ts'

type Volatile = ReturnType<typeof createVolatileStorage>

/** When power fails: during the next transaction, before or after it is committed. */
export type Doom = 'before-commit' | 'after-commit'

/** Puts a fault of its own between a replica and its disk. Only tests of the checkers use it. */
export type Sabotage = (storage: Storage) => Storage

export interface DiskOptions {
  readonly chance: Chance
  readonly stats: Stats
  /** Called in the middle of a transaction: nothing the node does from here on counts. */
  readonly onPowerLoss: () => void
}

export class Disk {
  readonly #options: DiskOptions
  #volatile = createVolatileStorage()
  #full = false
  #doom: Doom | undefined

  constructor(options: DiskOptions) {
    this.#options = options
  }

  /** The disk as a replica sees it, from now until power fails. */
  open(): Storage {
    return new FaultyStorage(this.#volatile, {
      ...this.#options,
      isFull: () => this.#full,
      doom: () => this.#doom,
    })
  }

  setFull(full: boolean): void {
    this.#full = full
  }

  /** Ends every fault. */
  heal(): void {
    this.#full = false
    this.#doom = undefined
  }

  /** Power fails in the next transaction. */
  doom(when: Doom): void {
    this.#doom = when
  }

  /** Power failed; what is not durable survives up to some commit. */
  losePower(): void {
    const { chance, stats } = this.#options
    const { losable } = this.#volatile
    const kept = chance.between(0, losable)
    stats.count('commits lost', losable - kept)
    this.#volatile = this.#volatile.crash(kept)
    this.#doom = undefined
  }
}

interface Faults extends DiskOptions {
  isFull(): boolean
  doom(): Doom | undefined
}

/** Writes of one transaction after which a full disk has no room: any of the first few, or only the commit. */
const ROOM_MAX = 6

class FaultyStorage implements Storage {
  readonly entries: EntryStore
  readonly rows: RowStore
  readonly notes: NoteStore
  readonly #inner: Volatile
  readonly #faults: Faults
  #room = 0
  #isFlaky = false

  constructor(inner: Volatile, faults: Faults) {
    this.#inner = inner
    this.#faults = faults
    const { entries, rows, notes } = inner
    this.entries = {
      append: (entry, placement) => {
        this.#write()
        if (placement.status === 'waiting') faults.stats.count('entries that waited')
        entries.append(entry, placement)
      },
      amend: (hash, placement) => {
        this.#write()
        entries.amend(hash, placement)
      },
      heads: () => entries.heads(),
      read: (log, seq, bytesMax) => entries.read(log, seq, bytesMax),
      find: hash => entries.find(hash),
      documentsIn: (log, from, to) => entries.documentsIn(log, from, to),
      ofDocument: document => entries.ofDocument(document),
    }
    this.rows = {
      put: row => {
        this.#write()
        rows.put(row)
      },
      get: id => rows.get(id),
      list: query => rows.list(query),
      search: query => rows.search(query),
      digests: () => rows.digests(),
      clear: id => rows.clear(id),
    }
    this.notes = {
      nameScope: (id, address) => {
        this.#write()
        notes.nameScope(id, address)
      },
      scopes: () => notes.scopes(),
      refuse: refusal => {
        this.#write()
        faults.stats.count(`refused ${refusal.code}`)
        notes.refuse(refusal)
      },
      refusals: () => notes.refusals(),
      bar: digest => {
        this.#write()
        notes.bar(digest)
      },
      isBarred: digest => notes.isBarred(digest),
    }
  }

  transact<T>(durable: boolean, work: () => T): T {
    const { chance, isFull } = this.#faults
    const doom = this.#faults.doom()
    this.#room = isFull() ? chance.between(0, ROOM_MAX) : Number.POSITIVE_INFINITY
    this.#isFlaky = isFull() && chance.hit(0.5)
    const result = this.#inner.transact(durable, () => {
      const done = work()
      if (this.#room < Number.POSITIVE_INFINITY) throw this.#fullError()
      if (doom === 'before-commit') throw this.#powerLoss()
      return done
    })
    if (doom === 'after-commit') throw this.#powerLoss()
    return result
  }

  discard(scope: ScopeId): void {
    this.#write()
    this.#inner.discard(scope)
  }

  close(): void {
    this.#inner.close()
  }

  /** A disk refuses as SQLite does: from inside a statement. The next one may find room again. */
  #write(): void {
    if (this.#room-- > 0) return
    if (this.#isFlaky) this.#room = Number.POSITIVE_INFINITY
    throw this.#fullError()
  }

  #fullError(): FolkmootError {
    this.#faults.stats.count('transactions on a full disk')
    return new FolkmootError('disk', 'the disk is full')
  }

  #powerLoss(): Error {
    this.#faults.stats.count('power lost in a transaction')
    this.#faults.onPowerLoss()
    return new Error('power failed')
  }
}
