import { defineConfig } from 'vitest/config'

const conditions = ['folkmoot-source', 'node', 'import', 'default']

/** Tests read the packages' sources; the end-to-end tests run the built command, as a user does. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/bench/peers/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
