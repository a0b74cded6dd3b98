import { defineConfig } from 'vitest/config'

const conditions = ['folkmoot-source', 'node', 'import', 'default']

/** Tests read the packages' sources; the end-to-end tests run the built command, as a user does. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/bench/peers/**'],
    // One less than the cores by default, which on two is one: much of the time a test waits for processes.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
