/** Bugs to inject, one each: checkers that do not notice them would notice nothing. */
import {
  type Conflict,
  type DocumentRow,
  newest,
  POLICY,
  type Replica,
  type Storage,
  SUSPICION,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'
import { withRows } from '../sabotage.ts'

/** A claim, once made, holds for ever. */
export function neverExpires(storage: Storage): Storage {
  return withRows(storage, row => {
    const conflicts = row.conflicts.map(conflict => ({
      ...conflict,
      claims: conflict.claims.map(claim => ({ ...claim, until: Number.MAX_SAFE_INTEGER })),
    }))
    return { ...row, conflicts }
  })
}

/** Of two verdicts the one that was overruled is not told of. */
export function hidesOverruled(storage: Storage): Storage {
  return withRows(storage, row => {
    const conflicts = row.conflicts.map(conflict => ({ ...conflict, overruled: [] }))
    return { ...row, conflicts }
  })
}

/** Of two verdicts this node holds to the other one. */
export function holdsToOverruled(storage: Storage): Storage {
  return withRows(storage, row => {
    const [overruled] = row.conflicts.find(({ register }) => register === 'content')?.overruled ?? []
    const content = newest(row.registers.content ?? [])
    if (overruled === undefined || content === undefined) return row
    const { value, node, at, entry } = overruled
    return changed(row, [{ ...content, value, node, at, entry }])
  })
}

/** Of values said at the same time only the newest stays, and there is no conflict. */
export function forgetsSiblings(storage: Storage): Storage {
  return withRows(storage, row => {
    const { content = [] } = row.registers
    return content.length < 2 ? row : { ...changed(row, content.slice(-1)), conflicts: [] }
  })
}

/** A verdict that was taken back goes on to count. */
export function keepsUndone(storage: Storage): Storage {
  return withConflicts(storage, (conflict, before) =>
    conflict.reopened?.kind === 'undo' && before?.resolution ? before : conflict,
  )
}

/** Nobody has ever put anything off. */
export function forgetsDeferrals(storage: Storage): Storage {
  return withConflicts(storage, conflict =>
    conflict.status === 'deferred' ? { ...conflict, status: 'open', resolution: null } : conflict,
  )
}

/** What was judged of a suspicion is as if nobody had. */
export function forgetsJudgements(storage: Storage): Storage {
  return withConflicts(storage, conflict =>
    conflict.register === SUSPICION && conflict.status === 'resolved'
      ? { ...conflict, status: 'open', resolution: null }
      : conflict,
  )
}

/** The policy that came first is the policy for good. */
export function keepsFirstPolicy(storage: Storage): Storage {
  return withRows(storage, (row, before) => {
    const first = before?.registers[POLICY]
    return first === undefined ? row : { ...row, registers: { ...row.registers, [POLICY]: first } }
  })
}

/** What is to be erased stays where it is. */
export function keepsErased(storage: Storage): Storage {
  const { entries, rows, notes } = storage
  return {
    ...{ rows, notes },
    entries: {
      append: (entry, placement) => entries.append(entry, placement),
      amend(hash, placement) {
        if (placement.status !== 'erased') entries.amend(hash, placement)
      },
      heads: () => entries.heads(),
      read: (log, seq, bytesMax) => entries.read(log, seq, bytesMax),
      find: hash => entries.find(hash),
      documentsIn: (log, from, to) => entries.documentsIn(log, from, to),
      ofDocument: document => entries.ofDocument(document),
    },
    transact: (durable, work) => storage.transact(durable, work),
    discard: scope => storage.discard(scope),
    close: () => storage.close(),
  }
}

/** For an arbiter that asks nobody what it may read, and whether it may arbitrate. */
export function asksNobody(replica: Replica): Replica {
  return openedUp(replica, (name, value) =>
    name === 'membership'
      ? openedUp(replica.membership, (asked, own) => (asked === 'can' ? () => true : own))
      : value,
  )
}

function openedUp<Thing extends object>(
  thing: Thing,
  instead: (name: string | symbol, value: unknown) => unknown,
): Thing {
  return new Proxy(thing, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      return instead(name, typeof value === 'function' ? value.bind(target) : value)
    },
  })
}

function withConflicts(
  storage: Storage,
  change: (conflict: Conflict, before: Conflict | undefined) => Conflict,
): Storage {
  return withRows(storage, (row, before) => {
    const conflicts = row.conflicts.map(conflict =>
      change(
        conflict,
        before?.conflicts.find(({ id }) => id === conflict.id),
      ),
    )
    return { ...row, conflicts }
  })
}

function changed(row: DocumentRow, content: DocumentRow['registers'][string]): DocumentRow {
  const digest = toHex(sha256(utf8(`${row.digest} ${content.map(({ entry }) => entry).join()}`)))
  return { ...row, registers: { ...row.registers, content }, digest }
}
