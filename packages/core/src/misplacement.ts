import type { Body } from './body.ts'
import type { VerifiedEntry } from './entry.ts'
import { MEMBERSHIP_SCOPE } from './ids.ts'
import type { LogBook } from './log-book.ts'
import { isMembership } from './membership-body.ts'
import { isNameOf } from './scope.ts'

/** Says why a body may not stand where it stands, or nothing if it may. The same answer on every node. */
export function misplacement(entry: VerifiedEntry, body: Body, book: LogBook): string | undefined {
  const inMembership = entry.scope === MEMBERSHIP_SCOPE
  if (isMembership(body) !== inMembership) return `a ${body.type} does not belong in this log`
  if (inMembership) return undefined
  if (body.type === 'open') {
    if (entry.seq !== 0) return 'a log is opened once'
    return isNameOf(entry.scope, book.names, body.scope) ? undefined : 'the scope it names is not its own'
  }
  return book.isOpened(entry.log) ? undefined : 'its log was never opened'
}
