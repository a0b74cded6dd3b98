import type { FolkmootError } from '@folkmoot/core'
import type { BranchHome } from './branch-home.ts'

/**
 * One use of what is open: closing it ends this use alone.
 * @param because what is told to those who use it after that
 * @param release called once, when what was asked for before is written
 */
export function handleOn<Home extends BranchHome>(
  home: Home,
  because: FolkmootError,
  release: () => Promise<void>,
): Home & { readonly close: () => Promise<void> } {
  const ended = new AbortController()
  let closing: Promise<void> | undefined
  const close = async () => {
    await home.inbox.drained()
    ended.abort()
    await release()
  }
  return {
    ...home,
    changes: {
      read: signal =>
        home.changes.read(signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal])),
    },
    whyClosed: () => home.whyClosed?.() ?? (ended.signal.aborted ? because : undefined),
    close() {
      closing ??= close()
      return closing
    },
  }
}
