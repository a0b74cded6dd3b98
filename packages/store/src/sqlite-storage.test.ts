import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storageConformance } from '@folkmoot/core/conformance'
import { describe, expect, test } from 'vitest'
import { openSqliteStorage } from './sqlite-storage.ts'

storageConformance({ describe, test, expect }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'folkmoot-store-'))
  let storage = openSqliteStorage(directory)
  return {
    storage,
    reopen() {
      storage.close()
      storage = openSqliteStorage(directory)
      return storage
    },
    dispose() {
      storage.close()
      rmSync(directory, { recursive: true })
    },
  }
})
