/**
 * The laws of Storage (ports.ts), as a suite for every implementation:
 *
 *   storageConformance({ describe, test, expect }, () => harnessOver(createVolatileStorage()))
 */
import type { TestRunner } from './runner.ts'
import { discardLaws } from './storage-discard.ts'
import { entryLaws } from './storage-entries.ts'
import type { StorageHarness, StorageLaws } from './storage-harness.ts'
import { noteLaws } from './storage-notes.ts'
import { pageLaws } from './storage-pages.ts'
import { rowLaws } from './storage-rows.ts'
import { searchLaws } from './storage-search.ts'
import { transactionLaws } from './storage-transactions.ts'
import { visibilityLaws } from './storage-visibility.ts'

/** @param open a harness over an empty storage */
export function storageConformance(runner: TestRunner, open: () => StorageHarness): void {
  const laws: StorageLaws = (name, law) => {
    runner.test(name, () => {
      const harness = open()
      try {
        law(harness.storage, harness)
      } finally {
        harness.dispose()
      }
    })
  }
  runner.describe('transact', () => transactionLaws(laws, runner.expect))
  runner.describe('entries', () => entryLaws(laws, runner.expect))
  runner.describe('rows', () => rowLaws(laws, runner.expect))
  runner.describe('pages', () => pageLaws(laws, runner.expect))
  runner.describe('what may be seen', () => visibilityLaws(laws, runner.expect))
  runner.describe('search', () => searchLaws(laws, runner.expect))
  runner.describe('notes', () => noteLaws(laws, runner.expect))
  runner.describe('discard', () => discardLaws(laws, runner.expect))
}
