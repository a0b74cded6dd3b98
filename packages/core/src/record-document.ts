/**
 * The one file that imports Automerge. A record is one small Automerge document with flat root keys:
 *
 *   content, kind, …   a register: a scalar text, canonical JSON after a mark: `v` value or `x` tombstone
 *   ~content           the settlement of that register's disagreement, likewise
 *   !content           who claims to be settling it, likewise
 *   tags/work          an element of an observed-remove set: a text unique to the add
 *
 * No byte from a peer reaches Automerge. An entry carries operations; the change is built here from them: actor,
 * sequence number, start counter and predecessors follow from the causal past the entry names. What would harm a
 * document (a foreign actor, a huge counter, a compressed or repeated operation) cannot be said. See SPEC.md, R1-R6.
 */
import { encodeChange, getBackend, init } from '@automerge/automerge'
import { type Op, opTarget } from './body.ts'
import { utf8 } from './bytes.ts'
import { CausalOrder, type ChangeBody, type DocumentChange, type Verdict } from './causal-order.ts'
import { assert } from './errors.ts'
import { type EntryHash, nodeKey, shortHash } from './ids.ts'
import { canonicalJson, type Json } from './json.ts'
import type { DocumentContent, OpenDocument } from './open-document.ts'
import type { Sibling } from './row.ts'
import { type SettlementMark, settlementMark, undoneIn } from './settlement.ts'
import { sibling, siblingOf, sortSiblings } from './sibling.ts'
import { type VerdictPast, withVerdict } from './verdict.ts'

type Handle = ReturnType<typeof getBackend>

/** How Automerge knows an entry. */
interface Merged {
  readonly change: DocumentChange
  readonly body: ChangeBody
  readonly hash: string
  readonly actor: string
  readonly startOp: number
  readonly maxOp: number
  /** For each actor, how many of its changes this one has in its past, itself included. */
  readonly past: ReadonlyMap<string, number>
  /** For each place that it wrote to, the entries whose values it replaced there. */
  readonly replaced: ReadonlyMap<string, readonly EntryHash[]>
}

/** Any actor id: this one never writes. */
const READER = '00'

export class RecordDocument implements OpenDocument {
  #handle: Handle = getBackend(init({ actor: READER }))
  readonly #order = new CausalOrder()
  readonly #merged = new Map<EntryHash, Merged>()
  readonly #hashes = new Set<string>()
  readonly #byActor = new Map<string, Merged[]>()

  apply(change: DocumentChange): readonly Verdict[] {
    return this.#order.take(change, ready => this.#integrate(ready))
  }

  heads(): readonly EntryHash[] {
    return this.#order.heads()
  }

  change(entry: EntryHash): DocumentChange | undefined {
    return this.#order.change(entry)
  }

  changes(): Iterable<DocumentChange> {
    return this.#order.applied()
  }

  read(at?: readonly EntryHash[]): DocumentContent {
    const heads = at?.flatMap(entry => this.#merged.get(entry)?.hash ?? [])
    const registers: { [register: string]: readonly Sibling[] } = {}
    const sets: { [set: string]: string[] } = {}
    const settlements: { [register: string]: readonly SettlementMark[] } = {}
    const claims: { [register: string]: readonly Sibling[] } = {}
    for (const place of this.#handle.keys('_root', heads)) {
      const slash = place.indexOf('/')
      if (slash >= 0) {
        const set = place.slice(0, slash)
        sets[set] = [...(sets[set] ?? []), place.slice(slash + 1)]
        continue
      }
      const siblings = this.#siblings(place, heads)
      const register = place.slice(1)
      if (place.startsWith('!')) claims[register] = siblings
      else if (place.startsWith('~')) settlements[register] = this.#marks(siblings, register)
      else registers[place] = siblings
    }
    for (const elements of Object.values(sets)) elements.sort()
    for (const [register, siblings] of Object.entries(registers)) {
      const undone = (settlements[register] ?? []).flatMap(({ undoes }) => undoes)
      const standing = undone.length === 0 ? siblings : this.#without(undone, register, at)
      const past = this.#pastOf(register, undone)
      registers[register] = standing.map(said => withVerdict(said, register, past))
    }
    return { registers, sets, settlements, claims }
  }

  sibling(entry: EntryHash, register: string): Sibling | undefined {
    const change = this.#order.change(entry)
    const said = change && siblingOf(change, register)
    const marks = this.#siblings(`~${register}`, undefined)
    return said && withVerdict(said, register, this.#pastOf(register, this.#undoneBy(marks, register)))
  }

  #marks(siblings: readonly Sibling[], register: string): readonly SettlementMark[] {
    const past = this.#pastOf(register, this.#undoneBy(siblings, register))
    const siblingAt = (entry: EntryHash) => {
      const change = past.changeOf(entry)
      const said = change && siblingOf(change, register)
      return said && withVerdict(said, register, past)
    }
    return siblings.flatMap(by => settlementMark(by, register, past.changeOf, siblingAt) ?? [])
  }

  #undoneBy(marks: readonly Sibling[], register: string): readonly EntryHash[] {
    const changeOf = (entry: EntryHash) => this.#order.change(entry)
    return marks.flatMap(({ value }) => undoneIn(value, register, changeOf)).map(({ entry }) => entry)
  }

  #pastOf(register: string, undone: readonly EntryHash[]): VerdictPast {
    return {
      changeOf: entry => this.#order.change(entry),
      replaced: entry => this.#merged.get(entry)?.replaced.get(register) ?? [],
      isUndone: entry => undone.includes(entry),
    }
  }

  /** What would stand in a register if some of its verdicts had never been given. Automerge cannot be asked that. */
  #without(verdicts: readonly EntryHash[], register: string, at?: readonly EntryHash[]): readonly Sibling[] {
    const written = [...this.#merged.values()].flatMap(({ change }) => siblingOf(change, register) ?? [])
    const isPast = ({ entry }: Sibling) =>
      at === undefined || at.some(head => head === entry || this.#knows(head, entry))
    const said = written.filter(one => !verdicts.includes(one.entry) && isPast(one))
    return sortSiblings(said.filter(one => !said.some(other => this.#knows(other.entry, one.entry))))
  }

  /** Whether a change was made in knowledge of another one. */
  #knows(later: EntryHash, earlier: EntryHash): boolean {
    const [one, other] = [this.#merged.get(later), this.#merged.get(earlier)]
    if (one === undefined || other === undefined || later === earlier) return false
    return (one.past.get(other.actor) ?? 0) >= (other.past.get(other.actor) ?? 0)
  }

  free(): void {
    this.#handle.free()
  }

  /** As they were written: verdicts are not told apart. */
  #siblings(place: string, heads: string[] | undefined): readonly Sibling[] {
    const values =
      heads === undefined ? this.#handle.getAll('_root', place) : this.#handle.getAll('_root', place, heads)
    const siblings = values.map(value => {
      const [, text, opId] = value as unknown as [string, string, string]
      const { change, body } = this.#author(opId)
      return sibling(
        change,
        body,
        text.startsWith('v') ? (JSON.parse(text.slice(1)) as Json) : null,
        text === 'x',
      )
    })
    return sortSiblings(siblings)
  }

  /** The entry behind an operation id (`counter@actor`): the actor's last change that starts at or before it. */
  #author(opId: string): Merged {
    const [counter = '', actor = ''] = opId.split('@')
    const found = this.#byActor.get(actor)?.findLast(merged => merged.startOp <= Number(counter))
    if (found === undefined) throw new Error(`no entry for operation ${opId}`)
    return found
  }

  #integrate(change: DocumentChange): string | undefined {
    const { body } = change
    if (body.type !== 'change') return `a ${body.type} is not a change of a record`
    const actor = actorOf(change)
    const deps = body.deps.map(dep => this.#merged.get(dep) as Merged)
    const past = mergePasts(deps)
    const seq = (past.get(actor) ?? 0) + 1
    if (seq !== (this.#byActor.get(actor)?.length ?? 0) + 1) {
      return 'its author leaves out an earlier change of its own'
    }
    past.set(actor, seq)
    const startOp = 1 + deps.reduce((max, dep) => Math.max(max, dep.maxOp), 0)
    const hashes = deps.map(dep => dep.hash).sort()
    const ops = body.ops.flatMap(op => this.#operation(op, `${seq}@${actor}`, hashes))
    const authorOf = (opId: string) => this.#author(opId).change.entry
    const replaced = new Map(isSettling(body) ? ops.map(({ key, pred }) => [key, pred.map(authorOf)]) : [])
    const bytes = encodeChange({
      actor,
      seq,
      startOp,
      time: 0,
      message: null,
      deps: hashes,
      ops,
    } as unknown as Change)
    try {
      this.#handle.applyChanges([bytes])
    } catch (error) {
      // Not reached by any known input; a panic may leave the handle unusable, so the rest is merged again.
      this.#rebuild()
      return `Automerge refused it: ${error instanceof Error ? error.message : 'panic'}`
    }
    const maxOp = startOp + ops.length - 1
    this.#keep({ change, body, hash: this.#newHead(), actor, startOp, maxOp, past, replaced })
    return undefined
  }

  /** A change just applied is a head, and the only one whose hash is not known yet. */
  #newHead(): string {
    const hash = this.#handle.getHeads().find(head => !this.#hashes.has(head))
    assert(hash !== undefined, 'an applied change is a head')
    return hash
  }

  #operation(op: Op, tag: string, deps: string[]): Operation[] {
    const key = opTarget(op)
    const pred = this.#handle
      .getAll('_root', key, deps)
      .map(value => (value as unknown as [string, string, string])[2])
    if (op[0] === 'cut') return pred.length === 0 ? [] : [{ action: 'del', obj: '_root', key, pred }]
    return [{ action: 'set', obj: '_root', key, value: scalarOf(op, tag), pred }]
  }

  #keep(merged: Merged): void {
    this.#merged.set(merged.change.entry, merged)
    this.#hashes.add(merged.hash)
    const own = this.#byActor.get(merged.actor)
    if (own === undefined) this.#byActor.set(merged.actor, [merged])
    else own.push(merged)
  }

  #rebuild(): void {
    const kept = [...this.#merged.values()]
    this.#handle = getBackend(init({ actor: READER }))
    this.#merged.clear()
    this.#hashes.clear()
    this.#byActor.clear()
    for (const { change } of kept) this.#integrate(change)
  }
}

type Change = Parameters<typeof encodeChange>[0]

/** An operation on a root key, as encodeChange takes it; Automerge's own type wants fields that it fills in. */
interface Operation {
  readonly action: 'set' | 'del'
  readonly obj: '_root'
  readonly key: string
  readonly value?: string
  readonly pred: readonly string[]
}

/** Of any other change nobody asks what it replaced. */
function isSettling({ ops }: ChangeBody): boolean {
  return ops.some(([kind]) => kind === 'settle')
}

function scalarOf(op: Op, tag: string): string {
  switch (op[0]) {
    case 'put':
    case 'settle':
    case 'claim':
      return `v${canonicalJson(op[2])}`
    case 'end':
      return 'x'
    case 'add':
    case 'cut':
      return tag
  }
}

/** One actor per log and record: what a node writes in one log is sequential. */
function actorOf(change: DocumentChange): string {
  return shortHash('folkmoot/actor', nodeKey(change.node), utf8(`${change.incarnation}/${change.body.doc}`))
}

function mergePasts(deps: readonly Merged[]): Map<string, number> {
  const past = new Map<string, number>()
  for (const dep of deps) {
    for (const [actor, count] of dep.past) past.set(actor, Math.max(count, past.get(actor) ?? 0))
  }
  return past
}
