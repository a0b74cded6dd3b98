/** What becomes of an entry that the gate has let in. */
import type { Body, DocumentBody } from './body.ts'
import { changeOf, type ReadChange } from './document-change.ts'
import { bindingFault, DocumentTable } from './document-table.ts'
import type { VerifiedEntry } from './entry.ts'
import { assert } from './errors.ts'
import { type DocumentId, type LogId, MEMBERSHIP_SCOPE, type ScopeId } from './ids.ts'
import type { LogBook } from './log-book.ts'
import { isMembership, type MembershipBody } from './membership-body.ts'
import { misplacement } from './misplacement.ts'
import type { Outcome } from './outcome.ts'
import { type Opened, openPayload } from './payload.ts'
import type { Placement, Storage, StoredEntry } from './ports.ts'
import { entriesOf } from './read-run.ts'
import { rightsFor } from './rights-for.ts'
import { parseScope, type ScopeAddress, scopeHas } from './scope.ts'
import type { Keyring } from './sealing.ts'
import type { StateRoots } from './state-root.ts'

type Place = (placement: Placement) => void
type ForgetBody = Extract<Body, { type: 'forget' }>

export class Applier {
  readonly documents: DocumentTable
  readonly #storage: Storage
  readonly #book: LogBook
  readonly #keyring: Keyring | undefined
  readonly #roots: StateRoots
  /** Where each log ended when its entries were last judged; those not named went on without end. */
  #judged = new Map<LogId, number>()
  #endsVersion = 0
  #lateNames = 0
  /** A log has come that had its end before. */
  #hasLateEnd = false

  constructor(storage: Storage, book: LogBook, keyring: Keyring | undefined, roots: StateRoots) {
    this.#storage = storage
    this.#book = book
    this.#keyring = keyring
    this.#roots = roots
    this.documents = new DocumentTable(storage, this.read)
    this.noteEnds()
  }

  /** The change in a stored entry, if it says anything here. */
  readonly read: ReadChange = ({ entry, status }) => {
    if (status === 'cut') return undefined
    const opened = openPayload(entry, this.#keyring)
    if (opened.kind !== 'body' || !('doc' in opened.body)) return undefined
    return changeOf(entry, opened.body, this.#book.isCut)
  }

  /** @param opened what the payload says, if it is known already */
  take(entry: VerifiedEntry, opened: Opened | undefined, outcome: Outcome): void {
    const { entries } = this.#storage
    const place: Place = placement => entries.append(entry, placement)
    this.#apply(entry, opened ?? openPayload(entry, this.#keyring), place, outcome)
    this.#book.advance(entry)
    // What waits for an entry of this log can now be told whether that was cut.
    if (entry.seq === 0 && this.#book.end(entry) !== undefined) this.#hasLateEnd = true
  }

  /** Applies what was stored of a scope before its key was here. */
  unseal(scope: ScopeId, outcome: Outcome): void {
    const { entries } = this.#storage
    outcome.accessChanged = true
    const overtaken = new Set<DocumentId>()
    for (const head of [...this.#book.heads()]) {
      if (head.scope !== scope) continue
      for (const { entry, status } of entriesOf(entries, head)) {
        if (status !== 'sealed') continue
        const opened = openPayload(entry, this.#keyring)
        if (opened.kind === 'sealed') continue
        const doc = opened.kind === 'body' && 'doc' in opened.body ? opened.body.doc : undefined
        if (doc !== undefined && this.#isOvertaken(entry, doc)) overtaken.add(doc)
        this.#apply(entry, opened, placement => entries.amend(entry.hash, placement), outcome)
      }
    }
    this.#restateAll(overtaken, scope, outcome)
  }

  /** A later change of its log was read first, with another key: they have to be judged in the log's order. */
  #isOvertaken({ log, seq }: VerifiedEntry, document: DocumentId): boolean {
    return this.#storage.entries
      .ofDocument(document)
      .some(({ entry }) => entry.log === log && entry.seq > seq)
  }

  #restateAll(documents: ReadonlySet<DocumentId>, scope: ScopeId, outcome: Outcome): void {
    const address = this.#book.scopeName(scope)
    if (address === undefined || documents.size === 0) return
    for (const id of documents) this.#restateDocument(id, address, outcome)
    this.#roots.reset()
  }

  /** After removals and revocations, and when a proof of two histories came: judges again what they bear on. */
  restate(outcome: Outcome): void {
    const { membership } = this.#book
    const isSameMembership = this.#endsVersion === membership.endsVersion
    if (isSameMembership && this.#lateNames === this.#book.lateNames && !this.#hasLateEnd) return
    const before = this.#judged
    const documents = new Map<DocumentId, ScopeAddress>()
    this.noteEnds()
    if (isSame(before, this.#judged)) return
    // A scope that got its name moves ends, too.
    outcome.accessChanged = true
    for (const head of [...this.#book.heads()]) {
      const scope = this.#book.scopeName(head.scope)
      if (scope === undefined) continue
      const [was, is] = [before.get(head.log), this.#judged.get(head.log)]
      const from = Math.min(was ?? Number.POSITIVE_INFINITY, is ?? Number.POSITIVE_INFINITY)
      for (const item of entriesOf(this.#storage.entries, head)) {
        const moved = was !== is && item.entry.seq >= from && this.#restateEntry(item, is)
        const concerns = moved || item.status === 'waiting'
        if (concerns && item.document !== undefined) documents.set(item.document, scope)
      }
    }
    for (const [id, scope] of documents) this.#restateDocument(id, scope, outcome)
    // Rows may have gone, which is rare enough to add all up again.
    this.#roots.reset()
  }

  /** Takes the ends of logs as they are for those that the stored entries were judged by. */
  noteEnds(): void {
    this.#endsVersion = this.#book.membership.endsVersion
    this.#lateNames = this.#book.lateNames
    this.#hasLateEnd = false
    this.#judged = new Map()
    if (this.#endsVersion === 0) return
    for (const head of this.#book.heads()) {
      const end = this.#book.end(head)
      if (end !== undefined) this.#judged.set(head.log, end.below)
    }
  }

  #restateEntry({ entry, status, document }: StoredEntry, below: number | undefined): boolean {
    const { entries } = this.#storage
    const isCut = below !== undefined && entry.seq >= below
    if (isCut === (status === 'cut') || status === 'erased' || status === 'detached') return false
    // Openings count wherever their log ends; the rest without a document counts nowhere, or cannot be read yet.
    if (document === undefined) return false
    const to = { document }
    if (isCut) {
      entries.amend(entry.hash, { status: 'cut', reason: this.#whyCut(entry), ...to })
    } else {
      entries.amend(entry.hash, { status: 'waiting', reason: 'its log was cut, and is not any more', ...to })
    }
    return true
  }

  #restateDocument(id: DocumentId, scope: ScopeAddress, outcome: Outcome): void {
    const { before, after, entry } = this.documents.restate(id, scope)
    if (after === undefined) outcome.rows.delete(id)
    else outcome.rows.set(id, after)
    if (after === undefined || entry === undefined || before?.digest === after.digest) return
    outcome.changed.push({ before, after, entry })
  }

  #apply(entry: VerifiedEntry, opened: Opened, place: Place, outcome: Outcome): void {
    if (opened.kind === 'gone') place({ status: 'detached', reason: 'it came without its payload' })
    else if (opened.kind === 'unreadable') place({ status: 'rejected', reason: opened.reason })
    else if (opened.kind === 'sealed' || this.#isOpeningSealed(entry)) this.#placeSealed(entry, place)
    else this.#applyBody(entry, opened.body, place, outcome)
  }

  #placeSealed(entry: VerifiedEntry, place: Place): void {
    place({ status: 'sealed', reason: 'its key is not here' })
    if (this.#book.membership.forgotten(entry.log, entry.seq) === undefined) return
    this.#storage.entries.amend(entry.hash, { status: 'erased' })
  }

  /** Whether a log was opened cannot be told before its first entry can be read. */
  #isOpeningSealed({ log, seq, epoch }: VerifiedEntry): boolean {
    if (epoch === 0 || seq === 0 || this.#book.isOpened(log)) return false
    return this.#storage.entries.read(log, 0, 1)[0]?.status === 'sealed'
  }

  #applyBody(entry: VerifiedEntry, body: Body, place: Place, outcome: Outcome): void {
    const fault = misplacement(entry, body, this.#book) ?? this.#objection(entry, body)
    if (fault === undefined && 'doc' in body && this.#book.isCut(entry.log, entry.seq)) {
      this.#placeCut(entry, body, place)
    } else if (fault !== undefined) {
      place({ status: 'rejected', reason: fault })
    } else if (body.type === 'open') {
      place({ status: 'applied' })
      this.#book.open(entry, parseScope(body.scope))
    } else if (isMembership(body)) {
      this.#applyMembership(entry, body, place, outcome)
    } else {
      this.#applyToDocument(entry, body, place, outcome)
    }
  }

  /** A run is stored whole, up to the signature that proves it: what of it stands after the end waits for better days. */
  #placeCut(entry: VerifiedEntry, body: DocumentBody, place: Place): void {
    const reason = bindingFault(entry, changeOf(entry, body))
    if (reason !== undefined) place({ status: 'rejected', reason })
    else place({ status: 'cut', reason: this.#whyCut(entry), document: body.doc })
  }

  #whyCut(entry: VerifiedEntry): string {
    return this.#book.end(entry)?.why ?? 'its log was cut before it'
  }

  #applyMembership(entry: VerifiedEntry, body: MembershipBody, place: Place, outcome: Outcome): void {
    const { membership } = this.#book
    const reason = membership.apply(entry, body)
    place(reason === undefined ? { status: 'applied' } : { status: 'rejected', reason })
    if (reason !== undefined) return
    if (body.type === 'admit' || body.type === 'rotate') outcome.admitted.push(entry.hash)
    outcome.accessChanged ||= this.#bearsOnAccess(body)
    outcome.toForget ||= body.type === 'forget'
    if (body.type === 'forget') this.#forget(entry, body, outcome)
  }

  /** Housekeeping is frequent, and asking again who may hold each scope is not cheap. */
  #bearsOnAccess(body: MembershipBody): boolean {
    if (body.type === 'invite' || body.type === 'receipt' || body.type === 'forget') return false
    // Who has no name for a scope goes by who was handed its keys.
    return body.type !== 'keys' || this.#book.scopeName(body.scope) === undefined
  }

  #applyToDocument(entry: VerifiedEntry, body: DocumentBody, place: Place, outcome: Outcome): void {
    const { entries } = this.#storage
    const scope = this.#book.scopeName(entry.scope)
    assert(scope !== undefined, 'a log opens with the name of its scope')
    const change = this.documents.apply(entry, changeOf(entry, body, this.#book.isCut), scope, place)
    if (body.type !== 'erase' && this.#book.membership.forgotten(entry.log, entry.seq) !== undefined) {
      entries.amend(entry.hash, { status: 'erased', document: body.doc })
    }
    if (body.type === 'erase') for (const digest of body.barred ?? []) this.#storage.notes.bar(digest)
    if (change !== undefined) this.#changed(change, entry, outcome)
  }

  #changed(
    change: NonNullable<ReturnType<DocumentTable['apply']>>,
    entry: VerifiedEntry,
    outcome: Outcome,
  ): void {
    this.#roots.changed(change.before, change.after)
    outcome.rows.set(change.after.id, change.after)
    outcome.changed.push({ ...change, entry })
  }

  /** What an author may not do by what it knew counts on no node, however it got there. */
  #objection(entry: VerifiedEntry, body: Body): string | undefined {
    const { membership } = this.#book
    if (entry.scope === MEMBERSHIP_SCOPE) {
      return body.type === 'forget' ? this.#forgetObjection(entry, body) : undefined
    }
    const scope = body.type === 'open' ? parseScope(body.scope) : this.#book.scopeName(entry.scope)
    assert(scope !== undefined, 'a log opens with the name of its scope')
    if (membership.sealed && entry.epoch === 0 && !scopeHas(scope, 'run')) return 'it is not encrypted'
    return membership.rightObjection(entry, scope, rightsFor(body, entry.scope))
  }

  /** Those who may write in a scope may have its entries forgotten; who cannot read its name goes by its keys. */
  #forgetObjection(entry: VerifiedEntry, { scope }: ForgetBody): string | undefined {
    const { membership } = this.#book
    const address = this.#book.scopeName(scope)
    if (address !== undefined) return membership.rightObjection(entry, address, ['write'])
    const holdsKey = membership.keysOf(scope).some(({ wraps }) => wraps.has(entry.node))
    return membership.sealed && !holdsKey ? 'its author has no key of that scope' : undefined
  }

  #forget(by: VerifiedEntry, body: ForgetBody, outcome: Outcome): void {
    const { entries } = this.#storage
    const { entries: positions, scope } = body
    for (const [log, seq] of positions) {
      const [stored] = entries.read(log, seq, 1)
      if (stored?.entry.seq !== seq || stored.entry.scope !== scope || stored.entry.bytes.payload === null)
        continue
      const { document } = stored
      entries.amend(stored.entry.hash, { status: 'erased', ...(document === undefined ? {} : { document }) })
      const change =
        document === undefined ? undefined : this.documents.forget(document, { ...by, hash: body.erasure })
      if (change !== undefined) this.#changed(change, by, outcome)
    }
  }
}

function isSame(one: ReadonlyMap<LogId, number>, other: ReadonlyMap<LogId, number>): boolean {
  return one.size === other.size && [...one].every(([log, below]) => other.get(log) === below)
}
