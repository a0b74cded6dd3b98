import { clockConformance, randomConformance, signerConformance } from '@folkmoot/core/conformance'
import { describe, expect, test } from 'vitest'
import { ManualClock, seededRandom, signerOf } from '../../../test/support/replicas.ts'
import { newSeed, signerFrom } from './identity.ts'
import { systemClock, systemRandom } from './system-ports.ts'

const runner = { describe, expect, test } as never

describe('of the system', () => {
  clockConformance(runner, systemClock)
  randomConformance(runner, systemRandom)
  signerConformance(runner, signerFrom(newSeed()), signerFrom(newSeed()))
})

describe('of the tests', () => {
  clockConformance(runner, new ManualClock())
  randomConformance(runner, seededRandom('seed'))
  signerConformance(runner, signerOf('one'), signerOf('two'))
})
