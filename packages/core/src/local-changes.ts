import type { Body } from './body.ts'
import { FolkmootError } from './errors.ts'
import { RUN_BYTES_MAX, RUN_ENTRIES_MAX } from './limits.ts'
import { type Draft, draftOf } from './log-writer.ts'
import type { LocalWork, Planned, PlanView } from './work.ts'

/** A local change on its way into the log. */
export interface LocalChange {
  readonly work: LocalWork
  readonly planned: Planned
  readonly draft: Draft
}

/** Plans a change, or says why it cannot be made. */
export function planChange(work: LocalWork, view: PlanView): LocalChange | FolkmootError {
  try {
    const planned = work.plan(view)
    return { work, planned, draft: draftOf(hidden(placed(planned.body, view), view)) }
  } catch (error) {
    if (error instanceof FolkmootError) return error
    throw error
  }
}

/** Says of each dependency where it stands: nodes that never got it can tell if its log was cut before it. */
function placed(body: Body, view: PlanView): Body {
  if (!('deps' in body) || body.deps.length === 0) return body
  return { ...body, places: body.deps.map(dep => view.place(dep)) }
}

/** Who only relays reads the membership log, and is not to read there what scopes are called. */
function hidden(body: Body, view: PlanView): Body {
  switch (body.type) {
    case 'grant':
    case 'revoke':
      return { ...body, permission: view.hidden(body.permission) }
    case 'invite':
      return body.grants === undefined ? body : { ...body, grants: body.grants.map(view.hidden) }
    default:
      return body
  }
}

/** Room in a run for a header, a signature and framing beside each payload. */
const ENTRY_OVERHEAD_BYTES = 1024
/** A quarter of what a peer takes: a page that it asks for is about as large. */
const LOCAL_RUN_BYTES = RUN_BYTES_MAX / 4

/** Cuts changes into runs that a peer will take: few enough, and small enough. */
export function* cutIntoRuns(changes: readonly LocalChange[]): Iterable<readonly LocalChange[]> {
  let run: LocalChange[] = []
  let bytes = 0
  for (const change of changes) {
    const size = change.draft.payload.length + ENTRY_OVERHEAD_BYTES
    // One place is left for the entry that opens the log.
    if (run.length > 0 && (run.length >= RUN_ENTRIES_MAX - 1 || bytes + size > LOCAL_RUN_BYTES)) {
      yield run
      run = []
      bytes = 0
    }
    run.push(change)
    bytes += size
  }
  if (run.length > 0) yield run
}
