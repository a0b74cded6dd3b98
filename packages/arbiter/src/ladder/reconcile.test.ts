import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Decision } from '../judge.ts'
import { reconcile } from './reconcile.ts'
import type { Statement } from './statement.ts'

const decide = (text: string, ...known: readonly string[]): Decision =>
  reconcile(
    { text },
    known.map(other => ({ text: other })),
  )

const outcome = ({ op, target }: Decision) => ({ op, target })

test('what is remembered already changes nothing', () => {
  expect(outcome(decide('Anna works for Acme.', 'Anna has a dog', 'Anna works at Acme'))).toEqual({
    op: 'NOOP',
    target: 1,
  })
})

test('another value of what there is one of replaces it', () => {
  expect(outcome(decide('Anna lives in Oslo', 'Anna likes Oslo', 'Anna lives in Lyon'))).toEqual({
    op: 'UPDATE',
    target: 1,
  })
  expect(outcome(decide('The timeout is 60 s', 'The timeout is 30 s'))).toEqual({ op: 'UPDATE', target: 0 })
})

test('a word that announces a correction makes it surer', () => {
  const plain = decide('The deadline is 4 May', 'The deadline is 3 May')
  const corrected = decide('Actually the deadline is 4 May', 'The deadline is 3 May')
  expect(outcome(corrected)).toEqual(outcome(plain))
  expect(corrected.confidence).toBeGreaterThan(plain.confidence)
})

test('what is over is deleted, if nothing takes its place', () => {
  expect(outcome(decide('Anna no longer works at Acme', 'Anna works at Acme'))).toEqual({
    op: 'DELETE',
    target: 0,
  })
  expect(outcome(decide('Rosa quit smoking', 'Rosa smokes'))).toEqual({ op: 'DELETE', target: 0 })
  expect(outcome(decide('Anna moved to Oslo', 'Anna lives in Lyon'))).toEqual({ op: 'UPDATE', target: 0 })
})

test('what is denied is a value of its own, and is kept', () => {
  expect(outcome(decide('Rosa is not allergic to nuts', 'Rosa is allergic to nuts'))).toEqual({
    op: 'UPDATE',
    target: 0,
  })
})

test('more of the same, what there may be many of, and everything else is added', () => {
  const add = { op: 'ADD', target: null }
  expect(outcome(decide('Anna works at Acme as a welder', 'Anna works at Acme'))).toEqual(add)
  expect(outcome(decide('Anna likes tea', 'Anna likes coffee'))).toEqual(add)
  expect(outcome(decide('Does Anna live in Oslo?', 'Anna lives in Lyon'))).toEqual(add)
  expect(outcome(decide('Anna would live in Oslo if she could', 'Anna lives in Lyon'))).toEqual(add)
  expect(outcome(decide('Anna lives in Oslo'))).toEqual(add)
})

test('what was said earlier does not replace what was said later', () => {
  const known: readonly Statement[] = [{ text: 'Anna lives in Lyon', at: 2000 }]
  expect(outcome(reconcile({ text: 'Anna lives in Oslo', at: 1000 }, known))).toEqual({
    op: 'ADD',
    target: null,
  })
  expect(outcome(reconcile({ text: 'Anna lives in Oslo', at: 3000 }, known))).toEqual({
    op: 'UPDATE',
    target: 0,
  })
})

test('of several that speak against it the latest is meant, and of equals the first', () => {
  const lyon = { text: 'Anna lives in Lyon' }
  const bergen = { text: 'Anna lives in Bergen' }
  const oslo = { text: 'Anna lives in Oslo', at: 9 }
  expect(reconcile(oslo, [lyon, bergen]).target).toBe(0)
  expect(
    reconcile(oslo, [
      { ...lyon, at: 1 },
      { ...bergen, at: 2 },
    ]).target,
  ).toBe(1)
  expect(
    reconcile(oslo, [
      { ...bergen, at: 2 },
      { ...lyon, at: 1 },
    ]).target,
  ).toBe(0)
})

test('any text whatever gives a decision with a target among the known, and a reason without their words', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('Xq lives in Zv', 'Xq lives in Wk', 'Xq no longer lives in Zv'),
  )
  const statement = fc.record({ text })
  fc.assert(
    fc.property(statement, fc.array(statement, { maxLength: 5 }), (said, known) => {
      const { op, target, reason, confidence, by } = reconcile(said, known)
      expect(target === null).toBe(op === 'ADD')
      if (target !== null) expect(known[target]).toBeDefined()
      expect(reason).toMatch(/^[A-Z][A-Za-z ,:]+\.$/)
      expect(reason).not.toMatch(/Xq|Zv|Wk/)
      expect(confidence).toBeGreaterThanOrEqual(0)
      expect(confidence).toBeLessThanOrEqual(1)
      expect(by).toBe('ladder')
    }),
    { numRuns: 1000 },
  )
})
