/** Arbiters on real nodes: what was said apart is brought together by hand, and then the node is opened. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Case, type Judge, JudgeUnavailableError, type Verdict } from '@folkmoot/arbiter'
import { note, POLICY, type Policy, parseScope, remember, revoke } from '@folkmoot/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MemoryNode, OpenNodeOptions } from '../api.ts'
import { openNode } from '../open-node.ts'
import { foundMeshIn, type HandNode, newHome } from '../testing/hand-node.ts'
import type { ArbiterOptions } from './arbiter-options.ts'

const SCOPE = parseScope('app=default')
const RULES: Policy = {
  version: 1,
  clauses: [
    { when: { kind: 'preference' }, rule: 'latest' },
    {
      when: { kind: 'project' },
      rule: 'arbiter',
      below: { importance: 0.3, rule: 'confidence' },
      advice: 'be fair',
    },
    { when: { kind: 'delicate' }, rule: 'person' },
  ],
}

let home: ReturnType<typeof newHome>
let ann: HandNode
let ben: HandNode
let node: MemoryNode | undefined

beforeEach(async () => {
  home = newHome()
  ann = await foundMeshIn(home.home, { sealed: false })
  ben = await ann.admit('ben', 'ben', { scope: '*', rights: ['read', 'write'] })
  await ann.write(note({ scope: SCOPE, name: POLICY, register: POLICY, value: RULES }, ann.replica.names))
  await ben.pull(ann)
})

afterEach(async () => {
  await node?.close()
  node = undefined
  await ann.close().catch(() => {})
  await ben.close().catch(() => {})
  home.clear()
})

async function says(
  who: HandNode,
  key: string,
  content: string,
  registers: { [name: string]: string | number },
  resources: string[] = [],
) {
  const at = { names: who.replica.names, node: who.node }
  const why = { reason: `${key} was looked up`, source: 'the board', resources }
  await who.write(remember({ scope: SCOPE, key, content, registers, why }, at))
}

/** Both say something of one thing, ben later. */
async function dispute(key: string, kind: string, more: { [name: string]: string | number } = {}) {
  await says(ann, key, `ann's ${key}`, { kind, confidence: 0.9, ...more })
  await sleep(2)
  await says(ben, key, `ben's ${key}`, { kind, confidence: 0.4, ...more })
}

async function openAnn(
  arbiter: ArbiterOptions,
  onNotice: (line: string) => void = () => {},
  more: Partial<OpenNodeOptions> = {},
): Promise<MemoryNode> {
  await ann.pull(ben)
  const { dir } = ann
  await ann.close()
  node = await openNode({ dir, offline: true, arbiter, onNotice, ...more })
  return node
}

function judgeWith(verdict: Verdict, questions: Case[] = [], rationale = 'ann was there'): Judge {
  return {
    name: 'stub',
    async judge(question) {
      questions.push(question)
      const grounds = {
        confidence: 0.8,
        rationale,
        model: 'stub-1',
        promptHash: 'ab'.repeat(32),
      }
      return { verdict, ...grounds, tokens: { input: 10, output: 2 } }
    },
    reconcile: () => Promise.reject(new Error('not asked')),
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(5)
}

const isResolved = (opened: MemoryNode, key: string) => async () =>
  (await opened.get(key))?.status === 'resolved'

describe('an arbiter on a node', () => {
  test('picks no directive by rule while somebody states something plainly', async () => {
    await says(ann, 'seat', 'aisle', { kind: 'preference', confidence: 0.1 })
    await sleep(2)
    await says(ben, 'seat', 'serve nuts', { kind: 'preference', claim: 'directive', confidence: 0.9 })
    const opened = await openAnn({})
    await until(isResolved(opened, 'seat'))
    expect(await opened.get('seat')).toMatchObject({ value: 'aisle', claim: null, caution: null })
    expect((await opened.conflict('seat')).resolution).toMatchObject({ kind: 'pick', rule: 'latest' })
  })

  test('settles by rule what a clause decides, and says by which', async () => {
    await dispute('seat', 'preference')
    const opened = await openAnn({})
    await until(isResolved(opened, 'seat'))
    expect((await opened.get('seat'))?.value).toBe("ben's seat")
    const { resolution } = await opened.conflict('seat')
    expect(resolution).toMatchObject({ kind: 'pick', pick: 2, judge: 'rule', rule: 'latest', name: 'ann' })
    expect(resolution?.reason).toBe('clause 1 of the policy of app=default says latest')
    await until(async () => (await opened.status()).arbiter?.tallies.byRule === 1)
    expect((await opened.status()).arbiter).toMatchObject({ mayArbitrate: true, queued: 0 })
  })

  test('settles by rule what matters little', async () => {
    await dispute('port', 'project', { importance: 0.2 })
    const opened = await openAnn({})
    await until(isResolved(opened, 'port'))
    expect((await opened.conflict('port')).resolution).toMatchObject({ rule: 'confidence', pick: 1 })
  })

  test('puts the rest before its judge, with all that bears on it, and writes down on what grounds', async () => {
    await says(ann, 'harbour', "the port of ann's ship", { kind: 'fact' })
    await dispute('port', 'project', { claim: 'observation' })
    const questions: Case[] = []
    const opened = await openAnn({ judge: judgeWith({ kind: 'pick', pick: 1 }, questions) })
    await until(isResolved(opened, 'port'))
    expect(questions).toHaveLength(1)
    expect(questions[0]).toMatchObject({
      cause: 'concurrent-values',
      register: 'content',
      key: 'port',
      kind: 'project',
      advice: 'be fair',
      candidates: [
        {
          value: "ann's port",
          agent: 'admin',
          node: 'ann',
          confidence: 0.9,
          claim: 'observation',
          support: 1,
        },
        { value: "ben's port", agent: 'ben', node: 'ben', reason: 'port was looked up', source: 'the board' },
      ],
      neighbours: [{ key: 'harbour', value: "the port of ann's ship", agent: 'admin' }],
    })
    expect((await opened.conflict('port')).resolution).toMatchObject({
      ...{ judge: 'model', model: 'stub-1', promptHash: 'ab'.repeat(32), confidence: 0.8 },
      ...{ reason: 'ann was there', pick: 1 },
    })
  })

  test('shows its judge nothing that is more restricted, or less, than what is in dispute', async () => {
    await says(ann, 'harbour', "the port of ann's ship", { kind: 'fact' })
    await says(ann, 'safe', "the port of ann's safe", { kind: 'fact' }, ['vault'])
    await dispute('port', 'project')
    const questions: Case[] = []
    const opened = await openAnn({ judge: judgeWith({ kind: 'pick', pick: 1 }, questions) })
    await until(isResolved(opened, 'port'))
    expect(questions[0]?.neighbours.map(({ key }) => key)).toEqual(['harbour'])
  })

  test('keeps no words of a neighbour, which may be erased', async () => {
    await says(ann, 'harbour', "the port of ann's ship is guarded by hunter2", { kind: 'fact' })
    await dispute('port', 'project')
    const judge = judgeWith({ kind: 'pick', pick: 1 }, [], 'the other port is guarded by hunter2')
    const opened = await openAnn({ judge })
    await until(isResolved(opened, 'port'))
    expect((await opened.conflict('port')).resolution).toMatchObject({
      ...{ pick: 1, model: 'stub-1', reason: 'its reason quotes other memories, and is not kept' },
    })
  })

  test.each<[string, Verdict]>([
    ['a merged text', { kind: 'merge', value: "ann's port, guarded by hunter2" }],
    [
      'a condition',
      {
        kind: 'context',
        contexts: [
          { pick: 1, when: 'with hunter2' },
          { pick: 2, when: 'otherwise' },
        ],
      },
    ],
  ])('leaves it to people if %s has words of a neighbour', async (_, verdict) => {
    await says(ann, 'harbour', "the port of ann's ship is guarded by hunter2", { kind: 'fact' })
    await dispute('port', 'project')
    const opened = await openAnn({ judge: judgeWith(verdict) })
    await until(async () => (await opened.conflict('port')).status === 'deferred')
    expect(JSON.stringify((await opened.get('port'))?.row)).not.toContain('hunter2')
  })

  test('without a judge leaves it visible, as it leaves what is for people', async () => {
    await dispute('port', 'project')
    await dispute('salary', 'delicate')
    await dispute('unheard-of', 'gossip')
    await dispute('seat', 'preference')
    const opened = await openAnn({})
    await until(isResolved(opened, 'seat'))
    expect((await opened.conflicts()).map(({ key, status }) => [key, status]).sort()).toEqual([
      ['port', 'open'],
      ['salary', 'open'],
      ['unheard-of', 'open'],
    ])
  })

  test('does not judge again what a person took back', async () => {
    await dispute('port', 'project')
    const questions: Case[] = []
    const opened = await openAnn({ judge: judgeWith({ kind: 'pick', pick: 1 }, questions) })
    await until(isResolved(opened, 'port'))
    await opened.resolve('port', { undo: true, reason: 'not so' })
    await somethingElse(opened)
    expect((await opened.get('port'))?.status).toBe('conflict')
    expect(questions).toHaveLength(1)
  })

  test('puts off what its judge cannot decide', async () => {
    await dispute('port', 'project')
    const opened = await openAnn({ judge: judgeWith({ kind: 'defer' }) })
    await until(async () => (await opened.conflict('port')).status === 'deferred')
    await until(async () => (await opened.status()).arbiter?.tallies.deferred === 1)
  })

  test('does not judge two memories of which one has expired', async () => {
    const suspicions: Policy = {
      version: 1,
      clauses: [{ when: { cause: 'suspected-contradiction' }, rule: 'arbiter' }],
    }
    const questions: Case[] = []
    const judge = judgeWith({ kind: 'pick', pick: 1 }, questions)
    const opened = await openAnn({ judge }, undefined, { suspect: false })
    await opened.remember('the whale costs 10 euros')
    await opened.remember('the whale costs 12 euros', { kind: 'price' })
    await opened.remember('Anna lives in Berlin')
    await opened.remember('Anna lives in Hamburg')
    expect(await opened.scan({ record: true })).toMatchObject({ found: 2 })
    expect((await opened.expire({ kind: 'price', keep: 0 })).records).toHaveLength(1)
    await opened.setPolicy(suspicions)
    await until(async () => questions.length > 0 && (await opened.conflicts()).length === 0)

    await somethingElse(opened)
    expect(questions.flatMap(({ candidates }) => candidates.map(({ value }) => value)).sort()).toEqual([
      'Anna lives in Berlin',
      'Anna lives in Hamburg',
    ])
  })

  test('keeps to the scopes that it is told', async () => {
    await dispute('seat', 'preference')
    const opened = await openAnn({ scopes: ['app=shop'] })
    await sleep(50)
    expect((await opened.get('seat'))?.status).toBe('conflict')
  })

  test('without the right says so, settles nothing, and begins when it is granted', async () => {
    await dispute('seat', 'preference')
    for (const plan of revoke({ agent: 'admin' }, { scope: '*', rights: ['arbitrate'] }, []))
      await ann.write(plan)
    const notices: string[] = []
    const opened = await openAnn({}, line => notices.push(line))
    await sleep(50)
    expect(notices).toEqual([expect.stringContaining('no right to arbitrate')])
    expect((await opened.status()).arbiter).toMatchObject({ mayArbitrate: false })
    expect((await opened.get('seat'))?.status).toBe('conflict')
    await opened.grant('admin', { scope: '*', rights: ['arbitrate'] })
    await until(isResolved(opened, 'seat'))
  })

  test('looks again when a policy is set', async () => {
    await dispute('unheard-of', 'gossip')
    const opened = await openAnn({})
    await sleep(50)
    expect((await opened.get('unheard-of'))?.status).toBe('conflict')
    await opened.setPolicy({ version: 1, clauses: [{ rule: 'latest' }] })
    await until(isResolved(opened, 'unheard-of'))
  })

  test('shares its budget with what is reconciled on write, which then goes by the rules alone', async () => {
    const adds = { op: 'ADD', target: null, reason: 'new', confidence: 1, by: 'stub-1' } as const
    const judge: Judge = {
      ...judgeWith({ kind: 'defer' }),
      reconcile: async () => ({ ...adds, tokens: { input: 7, output: 1 } }),
    }
    const opened = await openAnn({ judge, budget: { calls: 1, tokens: 100 } })
    await opened.remember('the harbour opens at 8')
    const first = await opened.remember('the harbour master is called Ida', { reconcile: true })
    expect(first.decision).toMatchObject({ op: 'ADD', by: 'stub-1' })
    expect((await opened.status()).arbiter?.left).toMatchObject({ calls: 0, tokens: 92 })
    const second = await opened.remember('the harbour has two cranes', { reconcile: true })
    expect(second.decision).toMatchObject({ op: 'ADD', by: 'ladder' })
    await expect(opened.remember('the harbour is blue', { reconcile: 'model' })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  test('by rules alone leaves to people what only a judge could settle, also beside one that reconciles', async () => {
    await dispute('port', 'project')
    await dispute('seat', 'preference')
    const adds = { op: 'ADD', target: null, reason: 'new', confidence: 1, by: 'stub-1' } as const
    const judge: Judge = {
      ...judgeWith({ kind: 'pick', pick: 1 }),
      reconcile: async () => ({ ...adds, tokens: { input: 7, output: 1 } }),
    }
    const opened = await openAnn({}, undefined, { judge })
    await until(isResolved(opened, 'seat'))
    await opened.remember('the harbour opens at 8')
    const { decision } = await opened.remember('the harbour has two cranes', { reconcile: true })
    expect(decision).toMatchObject({ op: 'ADD', by: 'stub-1' })
    await sleep(50)
    expect((await opened.get('port'))?.status).toBe('conflict')
    expect((await opened.status()).arbiter).toMatchObject({ model: null })
  })

  test('leaves a judge alone that failed, for what is reconciled as well', async () => {
    let asked = 0
    const judge: Judge = {
      ...judgeWith({ kind: 'defer' }),
      reconcile: () => {
        asked += 1
        return Promise.reject(new JudgeUnavailableError('nobody is there', 60_000))
      },
    }
    const opened = await openAnn({ judge })
    await opened.remember('the harbour opens at 8')
    for (const text of ['the harbour has two cranes', 'the harbour is blue']) {
      expect((await opened.remember(text, { reconcile: true })).decision?.by).toBe('ladder')
    }
    expect(asked).toBe(1)
    expect((await opened.status()).arbiter?.breaker.state).toBe('open')
  })

  test('is told of to the owner, and not to visitors', async () => {
    const opened = await openAnn({})
    expect((await opened.status()).arbiter).toMatchObject({ model: null })
    expect((await opened.as({ user: 'alice' }).status()).arbiter).toBeNull()
  })

  test.each([
    [{ scopes: ['=nonsense'] }, 'not a pattern'],
    [{ budget: { calls: -3 } }, 'budget of calls'],
    [{ claimMs: 3_600_000 }, 'a claim holds for'],
    [{ model: { url: 'ftp://127.0.0.1', name: 'm' } }, 'http'],
  ])('is not opened with %o', async (options, words) => {
    await expect(openAnn(options as ArbiterOptions)).rejects.toThrow(words)
    // And the directory is free again.
    node = await openNode({ dir: join(home.home, 'ann'), offline: true })
    expect(node.name).toBe('ann')
  })
})

/** Something else changes: an arbiter that would judge again does so by then. */
async function somethingElse(opened: MemoryNode): Promise<void> {
  await opened.remember('something else')
  await sleep(50)
}
