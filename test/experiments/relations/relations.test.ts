/** The ladder is as good on the labelled pairs as it was when this was written, and loses nothing that speaks against. */
import { relate } from '@folkmoot/arbiter'
import { describe, expect, test } from 'vitest'
import { judge, LABELS, measure, statementOf } from './measure.ts'
import { blind, development, nearMisses, pairs, rivals, traps, unseen } from './pairs/all.ts'

const judged = judge(pairs)
const groups = {
  tuned: measure(judged.filter(({ heldOut }) => !heldOut)),
  'held out': measure(judged.filter(({ heldOut }) => heldOut)),
  traps: measure(judge(traps)),
  unseen: measure(judge(unseen)),
  development: measure(judge(development)),
  blind: measure(judge(blind)),
  rivals: measure(judge(rivals)),
}

/** A little below what was reached on 2026-11-21. */
const FLOORS = {
  tuned: { same: [0.98, 0.75], refines: [0.96, 0.92], contradicts: [0.97, 0.94], unrelated: [0.8, 0.97] },
  'held out': {
    same: [0.97, 0.85],
    refines: [0.96, 0.92],
    contradicts: [0.97, 0.84],
    unrelated: [0.72, 0.94],
  },
  traps: { same: [1, 0.6], refines: [0, 0], contradicts: [0.97, 0.79], unrelated: [0.8, 0.95] },
  unseen: { same: [1, 0.8], refines: [0.75, 1], contradicts: [0.97, 0.91], unrelated: [0.9, 0.96] },
  development: { same: [1, 0.5], refines: [0.9, 0.73], contradicts: [0.97, 0.79], unrelated: [0.55, 1] },
  blind: { same: [1, 0.38], refines: [0.9, 0.64], contradicts: [0.97, 0.43], unrelated: [0.35, 1] },
  rivals: { same: [0, 0], refines: [0, 0], contradicts: [1, 0.67], unrelated: [0, 0] },
} as const

const NAMES = ['tuned', 'held out', 'traps', 'unseen', 'development', 'blind', 'rivals'] as const
describe.each(NAMES)('of the pairs called %s', group => {
  test.each(LABELS)('as many are rightly called %s', label => {
    const [precision, recall] = FLOORS[group][label]
    const score = groups[group].scores.find(one => one.label === label)
    expect(score?.precision).toBeGreaterThanOrEqual(precision)
    expect(score?.recall).toBeGreaterThanOrEqual(recall)
  })
})

test('no pair that people call a contradiction is called the same', () => {
  const lost = judge([...pairs, ...traps, ...unseen, ...development, ...blind, ...rivals]).filter(
    ({ pair, said }) => pair[2] === 'contradicts' && said.relation === 'same',
  )
  expect(lost).toEqual([])
})

test('of pairs that are alike and can both hold, at most one in a hundred is called a contradiction', () => {
  const wrong = judge(nearMisses).filter(({ said }) => said.relation === 'contradicts')
  expect(wrong.length).toBeLessThanOrEqual(nearMisses.length / 100)
  expect(judge(nearMisses).filter(({ said }) => said.relation === 'same')).toEqual([])
})

test('there are enough pairs of every label, and enough hard ones', () => {
  for (const label of LABELS)
    expect(pairs.filter(pair => pair[2] === label).length).toBeGreaterThanOrEqual(70)
  const easy = new Set(['plain', 'negation', 'number', 'date'])
  expect(pairs.filter(pair => !easy.has(pair[3])).length).toBeGreaterThanOrEqual(100)
  expect(pairs.length).toBeGreaterThanOrEqual(320)
})

describe('a text is not called the same as itself', () => {
  const texts = [
    ...new Set(
      [...pairs, ...development, ...rivals].flatMap(([a, b]) => [statementOf(a).text, statementOf(b).text]),
    ),
  ]
  test.each([
    ['with another number', (text: string) => text.replace(/[1-8]/, digit => String(Number(digit) + 1))],
    ['with a number more', (text: string) => text.replace(/\d+$|\d+(?= )/, '$&5')],
    [
      'with another weekday',
      (text: string) => text.replace(/\b(Mon|Tues|Wednes|Thurs|Fri|Sun)day/, 'Saturday'),
    ],
    [
      'with another month',
      (text: string) => text.replace(/\b(January|March|May|June|July|August|October)\b/, 'April'),
    ],
    ['with a negation', (text: string) => text.replace(/\b(is|was|has|are|does|did|must)\b/, '$& not')],
    ['with never', (text: string) => text.replace(/^(\w+) (\w+s) /, '$1 never $2 ')],
    ['with another name', (text: string) => text.replace(/(?<= )[A-Z][a-z]{2,}/, 'Quirinius')],
    ['with another subject', (text: string) => text.replace(/^[A-Z][a-z]{3,}(?= [a-z])/, 'Quirinius')],
    ['as a question', (text: string) => text.replace(/[.!?]?$/, '?')],
    ['as a wish', (text: string) => `It would be good if ${text}`],
  ])('%s', (_, change) => {
    const changed = texts.flatMap(text => (change(text) === text ? [] : [[text, change(text)] as const]))
    expect(changed.length).toBeGreaterThan(10)
    const lost = changed.filter(([a, b]) => relate({ text: a }, { text: b }).relation === 'same')
    expect(lost).toEqual([])
  })
})
