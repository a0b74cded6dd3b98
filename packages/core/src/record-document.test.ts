/** What a record says, change by change. Written as histories: who, after what, did what. */
import {
  type DocumentChange,
  type DocumentContent,
  type DocumentId,
  type EntryHash,
  nodeId,
  type Op,
  RecordDocument,
  type ScopeId,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChangeBody } from './causal-order.ts'
import { contentAfter } from './record-content.ts'

const SCOPE = '11'.repeat(16) as ScopeId
const DOC = '22'.repeat(16) as DocumentId
const hashOf = (name: string) => toHex(sha256(utf8(name))) as EntryHash

/** A change called `name`, by the node whose name is its first letter, after those called `after`. */
function change(name: string, after: readonly string[], ...ops: readonly Op[]): DocumentChange {
  const time = Number(name.slice(1))
  return {
    entry: hashOf(name),
    scope: SCOPE,
    node: nodeId(sha256(utf8(name.slice(0, 1)))),
    incarnation: 0,
    at: time,
    tick: 0,
    isFirst: after.length === 0,
    body: {
      type: 'change',
      doc: DOC,
      deps: after.map(hashOf).sort(),
      salt: new Uint8Array(16),
      ops: [...ops],
    },
  }
}

function documentOf(...changes: readonly DocumentChange[]): RecordDocument {
  const document = new RecordDocument()
  for (const each of changes) document.apply(each)
  return document
}

const put = (value: Op[2] & unknown, register = 'content'): Op => ['put', register, value as string]
const end: Op = ['end', 'content']

const said = ({ registers }: DocumentContent, register = 'content') =>
  (registers[register] ?? []).map(({ ended, value }) => (ended ? '(ended)' : value))
const tags = ({ sets }: DocumentContent) => sets.tags ?? []

describe('[R5] a register keeps every value that nobody who knew of it replaced', () => {
  test('one writer: the last value stands', () => {
    const content = documentOf(change('a1', [], put('one')), change('a2', ['a1'], put('two'))).read()
    expect(said(content)).toEqual(['two'])
  })

  test('two writers apart: both stand, oldest first, each with its author', () => {
    const root = change('a1', [], put('one'))
    const content = documentOf(root, change('b3', ['a1'], put('b')), change('c2', ['a1'], put('c'))).read()
    expect(said(content)).toEqual(['c', 'b'])
    expect(content.registers.content?.map(({ entry }) => entry)).toEqual([hashOf('c2'), hashOf('b3')])
  })

  test('two who create the same key apart meet in one register', () => {
    expect(said(documentOf(change('a1', [], put('a')), change('b2', [], put('b'))).read())).toEqual([
      'a',
      'b',
    ])
  })

  test('equal values from two authors both stand: corroboration', () => {
    expect(said(documentOf(change('a1', [], put('x')), change('b2', [], put('x'))).read())).toEqual([
      'x',
      'x',
    ])
  })

  test('one who saw both replaces both; one who saw one replaces that one', () => {
    const [a, b] = [change('a1', [], put('a')), change('b2', [], put('b'))]
    expect(said(documentOf(a, b, change('c3', ['a1', 'b2'], put('c'))).read())).toEqual(['c'])
    expect(said(documentOf(a, b, change('c3', ['a1'], put('c'))).read())).toEqual(['b', 'c'])
  })

  test('an update and a retraction apart are a conflict that shows', () => {
    const content = documentOf(
      change('a1', [], put('x')),
      change('a2', ['a1'], end),
      change('b3', ['a1'], put('y')),
    ).read()
    expect(said(content)).toEqual(['(ended)', 'y'])
  })

  test('a retraction seen is a retraction; a value after it stands again', () => {
    const [a, b] = [change('a1', [], put('x')), change('b2', ['a1'], end)]
    expect(said(documentOf(a, b).read())).toEqual(['(ended)'])
    expect(said(documentOf(a, b, change('a3', ['b2'], put('x'))).read())).toEqual(['x'])
  })

  test('writing an equal value again is a write: it survives what did not see it', () => {
    const content = documentOf(
      change('a1', [], put('x')),
      change('b2', ['a1'], put('x')),
      change('c3', ['a1'], end),
    ).read()
    expect(said(content)).toEqual(['x', '(ended)'])
  })

  test('registers do not touch each other', () => {
    const root = change('a1', [], put('x'), put('semantic', 'kind'))
    const content = documentOf(
      root,
      change('b2', ['a1'], put('working', 'kind')),
      change('c3', ['a1'], put('y')),
    ).read()
    expect([said(content), said(content, 'kind')]).toEqual([['y'], ['working']])
  })

  test('a value is any JSON, and comes back as it was', () => {
    for (const value of [
      null,
      true,
      0,
      -1.5,
      1e300,
      '',
      'v',
      'x',
      [],
      {},
      { b: [null, { a: 'é\u0000😀' }] },
    ]) {
      expect(said(documentOf(change('a1', [], put(value as string))).read())).toEqual([value])
    }
  })

  test('the confidence of a value is the one given with it', () => {
    const content = documentOf(
      change('a1', [], put('a'), put(0.9, 'confidence')),
      change('b2', [], put('b')),
      change('c3', ['a1'], put(0.1, 'confidence')),
    ).read()
    expect(content.registers.content?.map(({ confidence }) => confidence)).toEqual([0.9, null])
  })
})

describe('[R6] a set loses an element only to somebody who saw it added', () => {
  const add = (element: string): Op => ['add', 'tags', element]
  const cut = (element: string): Op => ['cut', 'tags', element]
  const root = change('a1', [], add('x'))

  test('added, cut, added again', () => {
    expect(tags(documentOf(root).read())).toEqual(['x'])
    expect(tags(documentOf(root, change('a2', ['a1'], cut('x'))).read())).toEqual([])
    expect(
      tags(documentOf(root, change('a2', ['a1'], cut('x')), change('a3', ['a2'], add('x'))).read()),
    ).toEqual(['x'])
  })

  test('added again by one and cut by another, apart: the addition wins', () => {
    expect(
      tags(documentOf(root, change('b2', ['a1'], add('x')), change('c3', ['a1'], cut('x'))).read()),
    ).toEqual(['x'])
  })

  test('cut by one and cut by another: it is gone', () => {
    expect(
      tags(documentOf(root, change('b2', ['a1'], cut('x')), change('c3', ['a1'], cut('x'))).read()),
    ).toEqual([])
  })

  test('added by two apart, cut by one who saw one of them: the other stands', () => {
    const two = change('b2', [], add('x'))
    expect(tags(documentOf(root, two, change('c3', ['a1'], cut('x'))).read())).toEqual(['x'])
    expect(tags(documentOf(root, two, change('c3', ['a1', 'b2'], cut('x'))).read())).toEqual([])
  })

  test('cutting what is not there changes nothing, and what follows goes on', () => {
    const content = documentOf(
      root,
      change('b2', ['a1'], cut('y')),
      change('b3', ['b2'], put('z')),
      change('b4', ['b3'], add('y')),
    ).read()
    expect([tags(content), said(content)]).toEqual([['x', 'y'], ['z']])
  })

  test('[R1] elements may be any text, also one that looks like another place', () => {
    const odd = ['~content', 'content', 'a/b', '/', ' ', '😀', '\u0000']
    const content = documentOf(change('a1', [], ...odd.map(add), put('v'))).read()
    expect(tags(content)).toEqual([...odd].sort())
    expect(Object.keys(content.registers)).toEqual(['content'])
  })
})

describe('[R7] reading', () => {
  const history = [
    change('a1', [], put('one'), ['add', 'tags', 'x']),
    change('b2', ['a1'], put('two')),
    change('c3', ['a1'], put('three'), ['cut', 'tags', 'x']),
    change('a4', ['b2', 'c3'], put('four')),
  ]

  test('as of earlier heads gives what was said then', () => {
    const document = documentOf(...history)
    const at = (...names: readonly string[]) => {
      const content = document.read(names.map(hashOf))
      return [said(content), tags(content)]
    }
    expect(at()).toEqual([[], []])
    expect(at('a1')).toEqual([['one'], ['x']])
    expect(at('b2')).toEqual([['two'], ['x']])
    expect(at('b2', 'c3')).toEqual([['two', 'three'], []])
    expect(at('a4')).toEqual([['four'], []])
    expect(document.read(document.heads())).toEqual(document.read())
  })

  test('the heads are those that nothing builds on', () => {
    expect(documentOf(...history.slice(0, 3)).heads()).toEqual(['b2', 'c3'].map(hashOf).sort())
    expect(documentOf(...history).heads()).toEqual([hashOf('a4')])
  })

  test('after a change that knew everything, without a document, is the same as with one', () => {
    const name = fc.constantFrom('content', 'kind', 'tags')
    const past = { minLength: 0, maxLength: 5 }
    const value = fc.oneof(
      // As an entry holds it: there is no negative zero.
      fc.jsonValue({ maxDepth: 2 }).map(drawn => JSON.parse(JSON.stringify(drawn))),
      fc
        .subarray(['a1', 'b2', 'c3', 'd4', 'e5'])
        .map(seen => ({ kind: 'pick', supersedes: seen.map(hashOf), reason: 'x' })),
    )
    const stating = fc.oneof(
      fc.tuple(fc.constant('put'), name, value),
      fc.tuple(fc.constant('end'), name),
      fc.tuple(fc.constantFrom('add', 'cut'), name, fc.constantFrom('x', 'y', '~z')),
    )
    const settling = fc.tuple(fc.constantFrom('settle', 'claim'), name, value)
    const opsOf = (op: fc.Arbitrary<unknown[]>) =>
      fc.uniqueArray(op, {
        minLength: 1,
        maxLength: 8,
        selector: ([kind, field, what]) =>
          kind === 'settle' || kind === 'claim'
            ? `${kind} ${field}`
            : kind === 'add' || kind === 'cut'
              ? `${field}/${what}`
              : field,
      })
    const earlier = fc.array(fc.record({ ops: opsOf(stating), sees: fc.nat(31) }), past)
    fc.assert(
      fc.property(earlier, opsOf(fc.oneof(stating, settling)), (history, last) => {
        const names = history.map((_, i) => `${'abcde'[i]}${i + 1}`)
        const changes = history.map(({ ops, sees }, i) => {
          const seen = names.slice(0, i).filter((_, bit) => (sees >> bit) % 2 === 1)
          return change(names[i] as string, seen, ...(ops as Op[]))
        })
        const document = documentOf(...changes)
        const heads = names.filter(each => document.heads().includes(hashOf(each)))
        const next = change('f6', heads, ...(last as Op[]))
        const before = document.read()
        const after = contentAfter(next, next.body as ChangeBody, before, entry => document.change(entry))
        document.apply(next)
        expect(after).toEqual(document.read())
      }),
      { numRuns: 300 },
    )
  })
})

describe('[R3] changes come in any order', () => {
  const history = [
    change('a1', [], put('one')),
    change('b2', ['a1'], put('two'), ['add', 'tags', 'x']),
    change('c3', ['a1'], put('three')),
    change('d4', ['b2'], ['cut', 'tags', 'x']),
    change('e5', ['c3', 'd4'], put('five')),
  ]

  test('and each order reads the same', () => {
    const expected = documentOf(...history).read()
    fc.assert(
      fc.property(fc.shuffledSubarray(history, { minLength: history.length }), shuffled => {
        expect(documentOf(...shuffled, ...shuffled).read()).toEqual(expected)
      }),
      { numRuns: 120 },
    )
  })

  test('one that lacks something waits, and comes in with what it lacked', () => {
    const [a, b, , d] = history as [DocumentChange, DocumentChange, DocumentChange, DocumentChange]
    const document = new RecordDocument()
    expect(document.apply(d)).toMatchObject([{ entry: d.entry, status: 'waiting' }])
    expect(document.apply(b)).toMatchObject([{ entry: b.entry, status: 'waiting' }])
    expect(document.heads()).toEqual([])
    expect(document.apply(a).map(({ entry, status }) => [entry, status])).toEqual([
      [a.entry, 'applied'],
      [b.entry, 'applied'],
      [d.entry, 'applied'],
    ])
    expect(document.apply(a)).toEqual([])
  })
})

describe('[R4] how an Automerge change is built', () => {
  test('a change of a block is no change of a record', () => {
    const stray: DocumentChange = {
      ...change('a1', []),
      body: { type: 'erase', doc: DOC, deps: [], salt: new Uint8Array(16) },
    }
    expect(new RecordDocument().apply(stray)).toMatchObject([{ status: 'rejected' }])
  })

  test('an author goes on from its own last change; one that forgets it is rejected', () => {
    const document = documentOf(change('a1', [], put('x')), change('b2', ['a1'], put('y')))
    expect(document.apply(change('b3', ['a1'], put('z')))).toMatchObject([
      { status: 'rejected', reason: 'its author leaves out an earlier change of its own' },
    ])
    expect(said(document.read())).toEqual(['y'])
    expect(document.apply(change('b4', ['b2'], put('z')))).toMatchObject([{ status: 'applied' }])
  })

  test('a log`s changes wait for each other, so that what counts does not hang on what came first', () => {
    const [a, x] = [change('a1', [], put('a')), change('x2', ['a1'], put('x'))]
    const [needsX, needsA] = [change('m3', ['x2'], put('m')), change('m4', ['a1'], put('n'))]
    const early = documentOf(a, x, needsX, needsA)
    const late = documentOf(a, needsX, needsA, x)
    expect(late.read()).toEqual(early.read())
    expect(said(early.read())).toEqual(['m'])
  })

  test('many changes that change nothing do not confuse who wrote what', () => {
    const document = documentOf(change('a1', [], put('x')))
    let last = 'a1'
    for (let i = 2; i < 30; i++) {
      const name = `${'bc'[i % 2]}${i}`
      document.apply(change(name, [last], i % 5 === 0 ? put(i) : ['cut', 'tags', 'nothing']))
      last = name
    }
    expect(document.read().registers.content).toMatchObject([{ value: 25, entry: hashOf('c25') }])
  })
})
