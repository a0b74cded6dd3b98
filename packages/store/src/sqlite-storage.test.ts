import { storageConformance } from '@folkmoot/core/conformance'
import { describe, expect, test } from 'vitest'
import { openSqliteStorage } from './sqlite-storage.ts'
import { emptyDirectory } from './testing/directory.ts'

storageConformance({ describe, test, expect }, () => {
  const directory = emptyDirectory()
  let storage = openSqliteStorage(directory)
  return {
    storage,
    reopen() {
      storage.close()
      storage = openSqliteStorage(directory)
      return storage
    },
    dispose: () => storage.close(),
  }
})
