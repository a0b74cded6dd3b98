/** Bugs to inject, one each: a simulation that does not notice them would notice nothing. */
import {
  canonicalJson,
  type DocumentRow,
  FolkmootError,
  type Json,
  type Storage,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'
import type { Transport } from '@folkmoot/sync'
import type { Twist } from './node.ts'
import type { Chance } from './random.ts'

/** Stores a change and now and then forgets to show it. */
export function skipsRows(storage: Storage): Storage {
  let puts = 0
  return withRows(storage, row => (++puts % 9 === 0 ? undefined : row))
}

/** Of concurrent values the one that came last stays: what a node shows depends on the order of arrival. */
export function lastArrivalWins(storage: Storage): Storage {
  return withRows(storage, (row, before) => {
    const { content = [] } = row.registers
    const known = new Set(before?.registers.content?.map(({ entry }) => entry))
    const news = content.filter(({ entry }) => !known.has(entry))
    const registers = { ...row.registers, content: (news.length > 0 ? news : content).slice(-1) }
    return { ...row, registers, conflicts: [], digest: toHex(sha256(utf8(textOf(registers)))) }
  })
}

/** Puts words into its author's mouth, the same on every node. */
export function inventsValues(storage: Storage): Storage {
  return withRows(storage, row => {
    const content = row.registers.content?.map(sibling =>
      sibling.value === 'no' ? { ...sibling, value: 'no, never' } : sibling,
    )
    return content === undefined ? row : { ...row, registers: { ...row.registers, content } }
  })
}

/** Says that a write is on disk before it is. */
export function forgetsToFlush(storage: Storage): Storage {
  return { ...partsOf(storage), transact: (_durable, work) => storage.transact(false, work) }
}

/** Reports a failure after it has kept the change. */
export function failsTooLate(storage: Storage): Storage {
  let commits = 0
  return {
    ...partsOf(storage),
    transact(durable, work) {
      const result = storage.transact(durable, work)
      if (durable && ++commits % 5 === 0) throw new FolkmootError('disk', 'the disk is said to be full')
      return result
    },
  }
}

/** Lets entries stand that come after the end of their log. */
export function ignoresCuts(storage: Storage): Storage {
  const { entries } = storage
  return {
    ...partsOf(storage),
    entries: {
      append: (entry, placement) => entries.append(entry, placement),
      amend: (hash, placement) => {
        if (placement.status !== 'cut') entries.amend(hash, placement)
      },
      heads: () => entries.heads(),
      read: (log, seq, bytesMax) => entries.read(log, seq, bytesMax),
      find: hash => entries.find(hash),
      documentsIn: (log, from, to) => entries.documentsIn(log, from, to),
      ofDocument: document => entries.ofDocument(document),
    },
  }
}

/** Tells everybody of all there is, whoever may hold it. */
export const tellsAll: Twist = { port: port => ({ ...port, mayHold: () => true, isOpen: () => true }) }

/** Shows logs beyond their end. */
export const showsAll: Twist = { port: (port, replica) => ({ ...port, heads: () => replica.heads() }) }

/** Loses a message and goes on as if nothing had happened. */
export function losesMessages(transport: Transport, chance: Chance): Transport {
  return { ...transport, send: (peer, bytes) => chance.hit(0.03) || transport.send(peer, bytes) }
}

export function repeatsMessages(transport: Transport, chance: Chance): Transport {
  return {
    ...transport,
    send(peer, bytes) {
      const taken = transport.send(peer, bytes)
      if (taken && chance.hit(0.03)) transport.send(peer, bytes)
      return taken
    },
  }
}

/** After a while takes no more, and never says that there is room again. */
export function fallsSilent(transport: Transport): Transport {
  let sent = 0
  return { ...transport, send: (peer, bytes) => ++sent < 60 && transport.send(peer, bytes) }
}

export function withRows(
  storage: Storage,
  change: (row: DocumentRow, before: DocumentRow | undefined) => DocumentRow | undefined,
): Storage {
  const { rows } = storage
  return {
    ...partsOf(storage),
    rows: {
      put(row) {
        const changed = change(row, rows.get(row.id))
        if (changed !== undefined) rows.put(changed)
      },
      get: id => rows.get(id),
      list: query => rows.list(query),
      search: query => rows.search(query),
      digests: () => rows.digests(),
      clear: id => rows.clear(id),
    },
  }
}

function partsOf(storage: Storage): Storage {
  const { entries, rows, notes } = storage
  return {
    entries,
    rows,
    notes,
    transact: (durable, work) => storage.transact(durable, work),
    discard: scope => storage.discard(scope),
    close: () => storage.close(),
  }
}

function textOf(registers: DocumentRow['registers']): string {
  return canonicalJson(registers as unknown as Json)
}
