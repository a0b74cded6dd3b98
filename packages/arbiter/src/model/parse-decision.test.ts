import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDecision } from './parse-decision.ts'

const decision = (changes: object) =>
  JSON.stringify({ reason: 'It says the same.', op: 'NOOP', target: 2, confidence: 0.9, ...changes })

test('a decision names one of the memories that were shown', () => {
  expect(parseDecision(decision({}), 2)).toEqual({
    ok: true,
    value: { op: 'NOOP', target: 1, reason: 'It says the same.', confidence: 0.9 },
  })
  expect(parseDecision(decision({ op: 'ADD', target: 7 }), 2)).toMatchObject({
    value: { op: 'ADD', target: null },
  })
})

test.each([0, 3, -1, 1.5, null])('a target of %s is outside', target => {
  expect(parseDecision(decision({ target }), 2)).toEqual({
    ok: false,
    fault: 'its target is not the number of a known memory',
  })
})

test('[J11] too little confidence adds: nothing is lost by that', () => {
  expect(parseDecision(decision({ op: 'DELETE', confidence: 0.3 }), 2)).toMatchObject({
    ok: true,
    value: { op: 'ADD', target: null, confidence: 0.3 },
  })
})

test('[J11] no text leads outside of the known memories, and none throws', () => {
  const answers = fc.record({
    reason: fc.string(),
    op: fc.constantFrom('ADD', 'UPDATE', 'DELETE', 'NOOP', 'DROP'),
    target: fc.oneof(fc.integer({ min: -2, max: 5 }), fc.jsonValue()),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(
      fc.oneof(
        answers.map(answer => JSON.stringify(answer)),
        fc.json(),
        fc.string(),
      ),
      text => {
        const reading = parseDecision(text, 3)
        if (!reading.ok) return
        expect([null, 0, 1, 2]).toContain(reading.value.target)
        expect(reading.value.target === null).toBe(reading.value.op === 'ADD')
      },
    ),
  )
})
