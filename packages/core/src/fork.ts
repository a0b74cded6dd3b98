import type { Entry, EntryBytes } from './entry.ts'
import { RUN_BYTES_MAX } from './limits.ts'
import type { Branch, MembershipBody } from './membership-body.ts'
import type { EntryStore } from './ports.ts'
import { isSignedBy } from './signature.ts'

type ForkBody = Extract<MembershipBody, { type: 'fork' }>

/**
 * The proof that a log's author wrote two histories: a run that somebody handed us, against what is stored. None if
 * the run does not reach back to where they part, or is not signed by the author: anybody can make up an entry.
 */
export function findFork(
  run: readonly Entry[],
  entries: EntryStore,
): { readonly proof: ForkBody; readonly seq: number } | undefined {
  const [first, last] = [run[0], run.at(-1)]
  if (first === undefined || last === undefined || !isSigned(last)) return undefined
  const stored = entries.read(first.log, first.seq, RUN_BYTES_MAX)
  const parts = stored.findIndex(({ entry }, i) => run[i] !== undefined && run[i]?.hash !== entry.hash)
  if (parts < 0) return undefined
  // The signature of what is stored may stand up to a whole run behind.
  const mine = entries.read(first.log, first.seq + parts, RUN_BYTES_MAX).map(({ entry }) => entry)
  const end = mine.findIndex(entry => entry.bytes.signature !== null)
  const [start] = mine
  if (end < 0 || start === undefined || start.prev !== run[parts]?.prev) return undefined
  const one = branchOf(mine.slice(0, end + 1).map(({ bytes }) => bytes))
  const other = branchOf(run.slice(parts).map(({ bytes }) => bytes))
  if (one === undefined || other === undefined) return undefined
  return { proof: { type: 'fork', one, other }, seq: start.seq }
}

function isSigned({ node, hash, bytes: { signature } }: Entry): boolean {
  return signature !== null && isSignedBy(node, hash, signature)
}

function branchOf(run: readonly EntryBytes[]): Branch | undefined {
  const signature = run.at(-1)?.signature
  if (signature === null || signature === undefined) return undefined
  return { headers: run.map(({ header }) => header), signature }
}
