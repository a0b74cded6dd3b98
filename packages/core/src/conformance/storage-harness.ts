import type { Storage } from '../ports.ts'

export interface StorageHarness {
  readonly storage: Storage
  /** Closes it and opens what it left behind. */
  reopen(): Storage
  /** Gives back what the harness took, after the test. */
  dispose(): void
}

/** Adds a test of one law to the suite. */
export type StorageLaws = (name: string, law: (storage: Storage, harness: StorageHarness) => void) => void

/** The storage as it is, and then as it is found when opened again. */
export function* nowAndReopened(storage: Storage, harness: StorageHarness): Iterable<Storage> {
  yield storage
  yield harness.reopen()
}
