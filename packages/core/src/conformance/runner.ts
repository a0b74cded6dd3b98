/** What a suite needs of a test runner: vitest, node:test with an expect, or another. Nothing here imports one. */
export interface TestRunner {
  describe(name: string, body: () => void): void
  test(name: string, body: () => void | Promise<void>): void
  expect(actual: unknown): Matchers
}

export interface Matchers {
  toBe(expected: unknown): void
  toEqual(expected: unknown): void
  toThrow(expected?: string | RegExp): void
}
