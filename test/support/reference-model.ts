/**
 * What a record says, worked out the slow and plain way: a value stands unless a change that knew of it wrote there
 * again; an element is in a set if some addition is unknown to every removal; a verdict that was taken back was never
 * given. Nothing here knows how records are kept.
 */
export type ModelOp =
  | readonly ['put', string, unknown]
  | readonly ['end', string]
  | readonly ['settle', string, unknown]
  | readonly ['claim', string, unknown]
  | readonly ['add', string, string]
  | readonly ['cut', string, string]

export interface ModelChange {
  readonly id: string
  readonly deps: readonly string[]
  readonly ops: readonly ModelOp[]
}

export interface ModelState {
  /** For each register, `id: value` of every sibling, sorted; `id: (ended)` for a tombstone. */
  readonly registers: { readonly [register: string]: readonly string[] }
  readonly sets: { readonly [set: string]: readonly string[] }
  /** For each register, the changes whose settlement stands, sorted. */
  readonly settlements: { readonly [register: string]: readonly string[] }
}

export function modelState(changes: readonly ModelChange[]): ModelState {
  const past = pastOf(changes)
  const knows = (later: ModelChange, earlier: ModelChange) => past.get(later.id)?.has(earlier.id) === true
  const undone = undoneIn(changes)
  const writes = changes.flatMap(change =>
    undone.includes(change.id) ? [] : change.ops.map(op => ({ change, op })),
  )
  const standing = (kinds: readonly string[]) =>
    writes.filter(
      ({ change, op }) =>
        kinds.includes(op[0]) &&
        !writes.some(
          other => kinds.includes(other.op[0]) && other.op[1] === op[1] && knows(other.change, change),
        ),
    )
  const additions = writes.filter(({ op }) => op[0] === 'add')
  const kept = additions.filter(
    ({ change, op }) =>
      !writes.some(
        other =>
          other.op[0] === 'cut' &&
          other.op[1] === op[1] &&
          other.op[2] === op[2] &&
          knows(other.change, change),
      ),
  )
  return {
    registers: grouped(
      standing(['put', 'end']),
      ({ change, op }) => `${change.id}: ${op[0] === 'put' ? JSON.stringify(op[2]) : '(ended)'}`,
    ),
    sets: grouped(kept, ({ op }) => String(op[2])),
    settlements: grouped(standing(['settle']), ({ change }) => change.id),
  }
}

/** The verdicts that somebody took back. */
export function undoneIn(changes: readonly ModelChange[]): readonly string[] {
  return changes.flatMap(({ ops }) =>
    ops.flatMap(op => (op[0] === 'settle' ? ((op[2] as { undoes?: string[] }).undoes ?? []) : [])),
  )
}

/** For each change, every change it knew of. */
function pastOf(changes: readonly ModelChange[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byId = new Map(changes.map(change => [change.id, change]))
  const past = new Map<string, Set<string>>()
  const visit = (id: string): Set<string> => {
    const known = past.get(id)
    if (known !== undefined) return known
    const found = new Set<string>()
    for (const dep of byId.get(id)?.deps ?? []) for (const each of [dep, ...visit(dep)]) found.add(each)
    past.set(id, found)
    return found
  }
  for (const { id } of changes) visit(id)
  return past
}

function grouped<Item extends { readonly op: ModelOp }>(
  items: readonly Item[],
  text: (item: Item) => string,
): { readonly [name: string]: readonly string[] } {
  const groups = Object.groupBy(items, ({ op }) => op[1])
  return Object.fromEntries(
    Object.entries(groups).map(([name, group = []]) => [name, [...new Set(group.map(text))].sort()]),
  )
}
