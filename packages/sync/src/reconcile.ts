/**
 * Finding where two frontiers differ. Each function answers one message from what this node holds now and
 * remembers nothing, so both sides may ask at once and any message may be lost.
 */
import { MEMBERSHIP_SCOPE } from '@folkmoot/core'
import { combine, type Fingerprint } from './fingerprint.ts'
import type { Position } from './frontier-index.ts'
import { HEADS_PER_MESSAGE_MAX, LIST_LOGS_MAX, SPLITS_PER_MESSAGE_MAX } from './limits.ts'
import { type HeadList, type SplitMessage, type Summary, shorten } from './message-fields.ts'
import type { Compare, Heads, Message } from './messages.ts'
import { type Frontier, MEMBERSHIP_PREFIX, summaryOf, type TreeName, type View } from './session-state.ts'

export function rootOf(summary: Summary): Fingerprint {
  return combine(summary.push, summary.pull)
}

/** What to say to a peer whose summary differs: membership in full, then the first fork of what differs. */
export function answerSummary(theirs: Summary, pull: boolean, view: View): readonly Message[] {
  const mine = summaryOf(view)
  const messages: Message[] = []
  if (mine.membership !== theirs.membership) {
    messages.push({ kind: 'heads', tree: 'push', lists: [listing(view.tree('push'), MEMBERSHIP_SCOPE)] })
  }
  if (mine.push !== theirs.push) messages.push(firstFork('push', view))
  if (pull && mine.pull !== theirs.pull) messages.push(firstFork('pull', view))
  return messages
}

function firstFork(name: TreeName, view: View): Message {
  const tree = view.tree(name)
  return tree.size <= LIST_LOGS_MAX
    ? { kind: 'heads', tree: name, lists: [listing(tree, '')] }
    : { kind: 'compare', tree: name, splits: [{ prefix: '', ...tree.children('') }] }
}

/** Goes one fork further down where the peer's fingerprints differ, and lists what is small or only here. */
export function answerCompare(compare: Compare, view: View): readonly Message[] {
  const tree = view.tree(compare.tree)
  const splits: SplitMessage[] = []
  const lists = new Lists()
  for (const split of compare.splits) {
    for (const { digit, fingerprint } of split.parts) {
      const prefix = split.base + digit.toString(16)
      if (shorten(tree.fingerprint(prefix)) === fingerprint) continue
      if (tree.count(prefix) <= LIST_LOGS_MAX) lists.add(prefix, true, tree.items(prefix))
      else if (splits.length < SPLITS_PER_MESSAGE_MAX) splits.push({ prefix, ...tree.children(prefix) })
    }
    lists.add(split.prefix, false, tree.itemsOutside(split.prefix, split))
  }
  const messages: Message[] = []
  if (splits.length > 0) messages.push({ kind: 'compare', tree: compare.tree, splits })
  if (lists.taken.length > 0) messages.push({ kind: 'heads', tree: compare.tree, lists: lists.taken })
  return messages
}

/** Where this node is ahead of what a peer listed in full. Membership is answered even when there is nothing. */
export function answerHeads(heads: Heads, view: View): readonly Message[] {
  const tree = view.tree(heads.tree)
  const lists = new Lists()
  for (const list of heads.lists) {
    if (!list.complete) continue
    const theirs = new Map(list.items.map(item => [item.log, item]))
    const ahead = filter(tree.items(list.prefix), mine => isAhead(mine, theirs.get(mine.log)))
    lists.add(list.prefix, false, ahead)
    if (list.prefix === MEMBERSHIP_PREFIX) lists.addEmpty(MEMBERSHIP_PREFIX)
  }
  return lists.taken.length === 0 ? [] : [{ kind: 'heads', tree: heads.tree, lists: lists.taken }]
}

/** Also true of two heads at one place that differ: each side has to see the proof of that. */
export function isAhead(one: Position, other: Position | undefined): boolean {
  return other === undefined || one.seq > other.seq || (one.seq === other.seq && one.hash !== other.hash)
}

function listing(tree: Frontier, prefix: string): HeadList {
  const lists = new Lists()
  lists.add(prefix, true, tree.items(prefix))
  return lists.taken[0] ?? { prefix, complete: true, items: [] }
}

/** Lists that together fit one message. */
class Lists {
  readonly taken: HeadList[] = []
  #room = HEADS_PER_MESSAGE_MAX

  add(prefix: string, complete: boolean, positions: Iterable<Position>): void {
    if (this.taken.length >= HEADS_PER_MESSAGE_MAX || this.#room === 0) return
    const items: Position[] = []
    for (const position of positions) {
      if (items.length === this.#room) break
      items.push(position)
    }
    if (items.length === 0 && !complete) return
    this.#room -= items.length
    this.taken.push({ prefix, complete, items })
  }

  addEmpty(prefix: string): void {
    const present = this.taken.some(list => list.prefix === prefix)
    if (!present) this.taken.push({ prefix, complete: false, items: [] })
  }
}

function* filter<Item>(items: Iterable<Item>, test: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (test(item)) yield item
}
