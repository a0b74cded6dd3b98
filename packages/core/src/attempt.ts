import { FolkmootError } from './errors.ts'

/** What the work gives, or which of our errors ended it. Others are faults, and go on. */
export function attempt<T>(work: () => T): T | FolkmootError {
  try {
    return work()
  } catch (error) {
    if (error instanceof FolkmootError) return error
    throw error
  }
}
