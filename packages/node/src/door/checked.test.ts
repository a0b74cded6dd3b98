import { FolkmootError } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { ramMesh } from '../../../../test/support/ram-mesh.ts'
import type { MemoryNode } from '../api.ts'

type Loose = { readonly [name in keyof MemoryNode]: (...given: unknown[]) => unknown }

function scene() {
  const [ann] = ramMesh(['ann']).nodes
  if (ann === undefined) throw new Error('nobody')
  return { node: ann.node, loose: ann.node as unknown as Loose }
}

async function failureOf(ask: () => unknown): Promise<unknown> {
  try {
    const answer = ask()
    if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer)
      for await (const _ of answer as AsyncIterable<unknown>) break
    await answer
  } catch (error) {
    return error
  }
  return undefined
}

const HASH = 'a'.repeat(64)

const CASES: readonly [what: keyof MemoryNode, given: readonly unknown[], message: string][] = [
  ['remember', [1n], 'value takes what JSON can hold'],
  ['remember', [null], 'value takes what JSON can hold, other than null'],
  ['remember', [new Date(0)], 'value takes what JSON can hold'],
  ['remember', [{ at: Number.NaN }], 'value takes what JSON can hold'],
  ['remember', ['x', { confidence: '0.5' }], 'confidence takes a number from 0 to 1, not "0.5"'],
  ['remember', ['x', { tags: 'xy' }], 'tags takes a list of texts, not "xy"'],
  ['remember', ['x', { tags: [1] }], 'tags[0] takes text, not 1'],
  ['remember', ['x', { expiresAt: '2026-01-01' }], 'expiresAt takes milliseconds since 1970'],
  ['remember', ['x', { basedOn: HASH }], 'basedOn takes a list of texts'],
  ['remember', ['x', { derivedFrom: HASH }], 'derivedFrom takes a list of texts'],
  [
    'remember',
    ['x', { reconcile: 'zzz' }],
    'reconcile takes one of true, false, "ladder", "model", not "zzz"',
  ],
  ['remember', ['x', { tag: ['a'] }], 'no option tag: there are'],
  ['remember', ['x', 'y'], 'options takes an object, not "y"'],
  ['rememberMany', [[{ value: 'x' }, { value: 'y', pinned: 1 }]], 'pinned takes true or false, not 1'],
  ['rememberMany', [[{ key: 'x' }]], 'value takes what JSON can hold'],
  ['update', ['k', undefined], 'value takes'],
  ['resolve', ['k', {}], 'settlement takes just one of pick, value'],
  ['resolve', ['k', { pick: 1, undo: true }], 'settlement takes just one of'],
  ['resolve', ['k', { value: null }], 'value takes'],
  ['get', [7], 'id takes text, not 7'],
  [
    'get',
    ['k', { at: Number.NaN }],
    'at takes milliseconds since 1970, or a list of whole entry hashes, not NaN',
  ],
  ['get', ['k', { at: 'x' }], 'at takes'],
  ['get', ['k', { at: [] }], 'at takes'],
  ['why', ['k', { at: ['zz'] }], 'at takes'],
  ['why', ['k', { at: Number.NaN }], 'at takes'],
  ['list', [{ limit: Number.NaN }], 'limit takes a whole number from 1 on, not NaN'],
  ['list', [{ limit: 0 }], 'limit takes'],
  ['list', [{ limit: -1 }], 'limit takes'],
  ['search', ['x', { limit: 1.5 }], 'limit takes'],
  ['get', ['k', { resolver: 'x' }], 'resolver takes one of "latest"'],
  ['diff', ['here', 'here', { after: 'x' }], 'after takes the whole id of a memory, not "x"'],
  ['merge', ['b', null], 'options takes an object, not null'],
  ['merge', ['b', { keep: 'x' }], 'keep takes true or false, not "x"'],
  ['diff', ['bogus', 'here'], 'a takes "here", { at }'],
  ['verifyClaim', ['k'], 'options takes an object, not undefined'],
  ['verifyClaim', ['k', {}], 'how takes text, not undefined'],
  ['watch', [{ signal: 'no' }], 'signal takes an AbortSignal'],
  ['export', [{ scope: 5 }], 'scope takes text, not 5'],
  ['scan', [{ limit: '9' }], 'limit takes'],
  ['conflicts', [{ status: 'closed' }], 'status takes one of "open"'],
]

describe('what cannot be meant is refused in one line that names it', () => {
  test.each(
    CASES.map(([what, given, message]) => [what, message, given] as const),
  )('%s: %s', async (what, message, given) => {
    const { loose } = scene()
    const failure = await failureOf(() => loose[what](...given))
    expect(failure).toBeInstanceOf(FolkmootError)
    expect(failure).toMatchObject({ code: 'usage' })
    expect((failure as Error).message).toContain(message)
    expect((failure as Error).message).not.toContain('\n')
  })
})

test('an option that is undefined counts as left out', async () => {
  const { loose, node } = scene()
  await loose.remember('x', { key: 'k', scope: undefined, tags: undefined })
  expect(await loose.get('k', { at: undefined })).toMatchObject({ value: 'x' })
  expect(await node.list()).toHaveLength(1)
})

test('what holds itself is refused, and comes to an end', async () => {
  const { loose } = scene()
  const ring: unknown[] = []
  ring.push(ring)
  await expect(loose.remember(ring)).rejects.toMatchObject({ code: 'usage' })
})

test('reconciling is off when it is false', async () => {
  const { node } = scene()
  await node.remember('The deploy port is 8080')
  const written = await node.remember('The deploy port is 9090', { reconcile: false })
  expect(written).not.toHaveProperty('decision')
  expect(await node.list()).toHaveLength(2)
})

test('a scan that is broken off before it begins does not begin', async () => {
  const { node } = scene()
  await node.remember('x', { key: 'k' })
  await expect(node.scan({ id: 'k', signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  })
})
