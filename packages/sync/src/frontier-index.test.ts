import { type EntryHash, type LogId, sha256, toHex, utf8 } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combine, EMPTY_FINGERPRINT } from './fingerprint.ts'
import { FrontierIndex, type Position } from './frontier-index.ts'
import { testNode, testScope } from './testing/fake-replica.ts'

function position(scope: number, log: number, seq: number): Position {
  const hash = toHex(sha256(utf8(`${scope} ${log} ${seq}`))) as EntryHash
  const id = toHex(sha256(utf8(`${scope} ${log}`))).slice(0, 32) as LogId
  return { scope: testScope(scope), node: testNode(log), incarnation: 0, log: id, seq, hash }
}

const changes = fc.array(
  fc.record({ scope: fc.nat(4), log: fc.nat(12), seq: fc.nat(3), gone: fc.boolean() }),
  { maxLength: 200 },
)

test('[AE13] the tree depends on what it holds, not on how it came to hold it', () => {
  fc.assert(
    fc.property(changes, steps => {
      const [tree, last] = [new FrontierIndex(), new Map<LogId, Position>()]
      for (const { scope, log, seq, gone } of steps) {
        const item = position(scope, log, seq)
        if (gone) tree.delete(item.log)
        else tree.set(item)
        if (gone) last.delete(item.log)
        else last.set(item.log, item)
      }
      const fresh = new FrontierIndex()
      for (const item of [...last.values()].reverse()) fresh.set(item)
      expect(tree.root()).toBe(fresh.root())
      expect(tree.children('')).toEqual(fresh.children(''))
      expect([...tree.items('')]).toEqual([...fresh.items('')])
      expect(tree.size).toBe(last.size)
    }),
  )
})

test('[AE13] a subtree has the sum and the count of its parts, and what lies outside of a split is the rest', () => {
  fc.assert(
    fc.property(changes, fc.nat(4), (steps, scope) => {
      const tree = new FrontierIndex()
      for (const step of steps) tree.set(position(step.scope, step.log, step.seq))
      const prefix = testScope(scope).slice(0, scope * 3)
      const split = tree.children(prefix)
      const subtrees = split.parts.map(({ digit }) => split.base + digit.toString(16))
      expect(split.parts.map(part => part.fingerprint)).toEqual(subtrees.map(sub => tree.fingerprint(sub)))
      const sums = subtrees.map(sub => tree.fingerprint(sub))
      expect(sums.reduce(combine, EMPTY_FINGERPRINT)).toBe(tree.fingerprint(prefix))
      expect(subtrees.flatMap(sub => [...tree.items(sub)])).toEqual([...tree.items(prefix)])
      expect([...tree.items(prefix)]).toHaveLength(tree.count(prefix))
      expect([...tree.itemsOutside(prefix, split)]).toEqual([])
      const [first, ...rest] = split.parts
      const outside = [...tree.itemsOutside(prefix, { base: split.base, parts: rest })]
      expect(outside).toEqual(first === undefined ? [] : [...tree.items(subtrees[0] as string)])
    }),
  )
})

test('a prefix that falls between two forks names the same logs as the fork below it', () => {
  const tree = new FrontierIndex()
  for (let log = 0; log < 30; log++) tree.set(position(1, log, 0))
  expect(tree.fingerprint(testScope(1).slice(0, 9))).toBe(tree.root())
  expect(tree.count(testScope(1))).toBe(30)
  expect(tree.count(testScope(2))).toBe(0)
})
