/** Suites that every implementation of a port runs. Each takes the test runner, so none is needed to use the core. */

export type { Matchers, TestRunner } from './runner.ts'
export { clockConformance, randomConformance, signerConformance } from './small-ports.ts'
export { storageConformance } from './storage.ts'
export type { StorageHarness } from './storage-harness.ts'
export type { SampleRow } from './storage-samples.ts'
export {
  SAMPLE_NODE,
  SAMPLE_SCOPE,
  sampleChain,
  sampleEntry,
  sampleId,
  sampleRow,
  sampleSibling,
} from './storage-samples.ts'
