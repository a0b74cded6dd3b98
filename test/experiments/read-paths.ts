/** Every way in which a node tells what is remembered, asked about one fragment. */
import type { MemoryNode } from '@folkmoot/node'
import type { Fragment } from './dynamic-access.ts'

/** A fragment that was written: where it is. */
export interface Placed {
  readonly fragment: Fragment
  readonly id: string
  readonly key: string
  readonly scope: string
  /** Its newest entries, and a moment when they were there. */
  readonly entries: readonly string[]
  readonly at: number
  /** Two agents said something without having heard each other. */
  readonly isDisputed: boolean
}

export interface ReadPath {
  /** All that is said: to be searched for secrets. */
  readonly ask: (view: MemoryNode, placed: Placed) => Promise<unknown>
  /** Whether it tells of such a fragment at all. */
  readonly tellsOf: (placed: Placed) => boolean
  /** The answer is the same whatever fragment is meant. */
  readonly isGeneral?: true
}

/** More than is ever there. */
const ALL = 10_000
const any = () => true
const isRecord = ({ fragment }: Placed) => fragment.kind !== 'block'
const isBlock = ({ fragment }: Placed) => fragment.kind === 'block'
const isDisputed = (placed: Placed) => placed.isDisputed

export const READ_PATHS: { readonly [name: string]: ReadPath } = {
  'get by id': { ask: (view, { id }) => view.get(id), tellsOf: any },
  'get by prefix of id': { ask: (view, { id }) => view.get(id.slice(0, 12)), tellsOf: any },
  'get by key': { ask: (view, { key, scope }) => view.get(key, { scope }), tellsOf: any },
  'get --at a time': { ask: (view, { id, at }) => view.get(id, { at }), tellsOf: any },
  'get --at entries': {
    ask: (view, { id, entries }) => view.get(id, { at: entries as never[] }),
    tellsOf: any,
  },
  list: {
    ask: async view => [
      await view.list({ limit: ALL }),
      await view.list({ limit: ALL, scope: 'app=lab' }),
      await view.list({ limit: ALL, tag: 'tag' }),
    ],
    tellsOf: any,
    isGeneral: true,
  },
  search: {
    ask: async (view, { fragment }) => [
      await view.search(fragment.secret, { limit: ALL }),
      await view.search('fragment', { limit: ALL }),
    ],
    tellsOf: any,
  },
  history: { ask: (view, { id }) => view.history(id), tellsOf: isRecord },
  why: { ask: (view, { id }) => view.why(id), tellsOf: isRecord },
  conflicts: {
    ask: view => view.conflicts({ all: true }),
    tellsOf: isDisputed,
    isGeneral: true,
  },
  conflict: {
    ask: (view, { id }) => view.conflict(`${id}.content`),
    tellsOf: isDisputed,
  },
  export: { ask: async view => all(view.export()), tellsOf: isRecord, isGeneral: true },
  'block show': { ask: (view, { id }) => view.block(id), tellsOf: isBlock },
  'block state': {
    ask: async (view, { id }) => Buffer.from(await view.blockState(id)).toString('latin1'),
    tellsOf: isBlock,
  },
  // The history of a block says who edited when, and not what: it tells by being there.
  'block history': {
    ask: async (view, { id, fragment }) => ((await view.history(id)).length > 0 ? fragment.secret : ''),
    tellsOf: isBlock,
  },
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
