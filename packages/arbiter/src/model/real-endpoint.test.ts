/**
 * A model that is really there, named by the environment:
 *
 *   FOLKMOOT_MODEL=http://127.0.0.1:11434/v1#llama3.1 npx vitest run packages/arbiter/src/model/real-endpoint.test.ts
 *
 * FOLKMOOT_MODEL_KEY is its key, if it takes one. Without FOLKMOOT_MODEL nothing is asked.
 */
import { describe, expect, test } from 'vitest'
import { caseOf, neighbourOf } from '../testing/case-of.ts'
import { parseModelAddress } from './model-address.ts'
import { createModelJudge } from './model-judge.ts'

const { FOLKMOOT_MODEL: address, FOLKMOOT_MODEL_KEY: apiKey } = process.env
const MINUTES = 5 * 60_000

describe.skipIf(address === undefined)('a real model', () => {
  const { url, name } = address === undefined ? { url: '', name: '' } : parseModelAddress(address)
  const judgeOf = (stream: boolean) =>
    createModelJudge({ url, model: name, stream, ...(apiKey === undefined ? {} : { apiKey }) })
  const signal = AbortSignal.timeout(MINUTES)

  test.each([false, true])('gives a judgement of a case (stream: %s)', { timeout: MINUTES }, async stream => {
    const judgement = await judgeOf(stream).judge(caseOf(), signal)
    console.info(JSON.stringify(judgement, null, 1))
    expect(judgement.confidence).toBeGreaterThan(0)
    expect(judgement.tokens.input).toBeGreaterThan(0)
  })

  test('finds that a statement replaces another', { timeout: MINUTES }, async () => {
    const known = [neighbourOf('Anna asks for an aisle seat'), neighbourOf('Anna lives in Graz')]
    const decision = await judgeOf(false).reconcile(
      neighbourOf('Anna moved from Graz to Vienna'),
      known,
      signal,
    )
    console.info(JSON.stringify(decision, null, 1))
    expect(decision.confidence).toBeGreaterThan(0)
  })
})
