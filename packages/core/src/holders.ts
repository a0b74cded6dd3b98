import type { Member } from './access/access.ts'
import type { Right } from './access/right.ts'
import { type LogId, MEMBERSHIP_SCOPE, type NodeId, type ScopeId } from './ids.ts'
import type { LogBook } from './log-book.ts'
import type { EntryStore, LogHead } from './ports.ts'

/** Rights end with time too, so that what was found out is good for so long. */
const ANSWER_MS = 1000

const HOLDING: readonly Right[] = ['read', 'write', 'arbitrate']

/** Which nodes may be given a scope's entries, readable or sealed. The same answer on all nodes that know as much. */
export class Holders {
  readonly #node: NodeId
  readonly #book: LogBook
  readonly #entries: EntryStore
  readonly #now: () => number
  readonly #answers = new Map<string, boolean>()
  #representatives: readonly Member[] | undefined
  #version = -1
  #names = 0
  #until = 0

  constructor(node: NodeId, book: LogBook, entries: EntryStore, now: () => number) {
    this.#node = node
    this.#book = book
    this.#entries = entries
    this.#now = now
  }

  mayHold(node: NodeId, scope: ScopeId): boolean {
    this.#refresh()
    const question = `${scope}${node}`
    const known = this.#answers.get(question)
    if (known !== undefined) return known
    const answer = this.#judge(node, scope)
    this.#answers.set(question, answer)
    return answer
  }

  /** True if every member may hold it. */
  isOpen(scope: ScopeId): boolean {
    this.#refresh()
    const known = this.#answers.get(scope)
    if (known !== undefined) return known
    const all = this.#book.scopeName(scope) === undefined ? this.#members() : this.#few()
    const answer = all.every(({ node }) => this.mayHold(node, scope))
    this.#answers.set(scope, answer)
    return answer
  }

  /** Heads as others may see them: of what this node may hold, and no further than where a log ends. */
  *heads(): Iterable<LogHead> {
    for (const head of this.#book.heads()) {
      if (!this.mayHold(this.#node, head.scope)) continue
      const shown = this.shown(head)
      if (shown !== undefined) yield shown
    }
  }

  /** A log's head as others may see it, no further than where the log ends. None if nothing of it is shown. */
  shown(head: LogHead): LogHead | undefined {
    const end = this.#book.end(head)
    const below = end === undefined ? head.seq + 1 : this.#book.shown(head.log, end)
    if (head.seq < below) return head
    return below > 0 ? (this.#headAt(head.log, below - 1) ?? head) : undefined
  }

  #members(): readonly Member[] {
    const { membership } = this.#book
    return [...membership.members()].filter(({ node }) => membership.isMember(node, this.#now()))
  }

  /** Members enough to answer for all where rights are asked about: one of each agent, and who has rights of its own. */
  #few(): readonly Member[] {
    if (this.#representatives !== undefined) return this.#representatives
    const members = this.#members()
    const isPlain = ({ node }: Member) => !this.#book.membership.hasOwnGrants(node)
    const agents = new Map(members.filter(isPlain).map(member => [member.agent, member]))
    this.#representatives = [...agents.values(), ...members.filter(member => !isPlain(member))]
    return this.#representatives
  }

  #headAt(log: LogId, seq: number): LogHead | undefined {
    return this.#entries.read(log, seq, 1)[0]?.entry
  }

  #judge(node: NodeId, scope: ScopeId): boolean {
    const { membership } = this.#book
    const now = this.#now()
    if (!membership.isMember(node, now)) return false
    if (scope === MEMBERSHIP_SCOPE || membership.relays(node, now)) return true
    const address = this.#book.scopeName(scope)
    if (address === undefined) return this.#hasKey(node, scope)
    const reader = { node, agent: membership.member(node)?.agent ?? '' }
    return HOLDING.some(right => membership.can(reader, right, address, now))
  }

  /** Of a scope without a name: who was handed its newest key, in however many parts. Ours, if it has none. */
  #hasKey(node: NodeId, scope: ScopeId): boolean {
    const parts = this.#book.membership.keysOf(scope)
    const newest = parts.at(-1)?.epoch
    if (newest === undefined) return node === this.#node
    return parts.some(({ epoch, wraps }) => epoch === newest && wraps.has(node))
  }

  #refresh(): void {
    const { version } = this.#book.membership
    const names = this.#book.namesKnown
    const now = this.#now()
    const isSame = version === this.#version && names === this.#names
    if (isSame && now < this.#until && now >= this.#until - ANSWER_MS) return
    this.#answers.clear()
    this.#representatives = undefined
    this.#version = version
    // A scope of which only the id was known may be for others, too, once its name is.
    this.#names = names
    this.#until = now + ANSWER_MS
  }
}
