/** Disagreements as their readers see them, settle them, and hear of them. */
import {
  claim,
  DEFAULT_SCOPE,
  type DocumentId,
  type EntryHash,
  type Json,
  keyedDocumentId,
  NOTE_PREFIX,
  note,
  retract,
  SUSPICION,
  scopeId,
  suspicionName,
  update,
} from '@folkmoot/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pull, write } from '../../../test/support/replicas.ts'
import { type TrustMesh, trustMesh } from '../../../test/support/trust.ts'
import type { ChangeEvent, MemoryNode } from './api.ts'

let mesh: TrustMesh
let node: MemoryNode
beforeEach(() => {
  mesh = trustMesh()
  node = mesh.node
})
afterEach(() => mesh.close())

/** Rogue and billing, who have not heard of each other, say different things; gives the memory's id. */
function disputed(key: string, registers: Record<string, Json> = {}, scope = 'app=default'): string {
  mesh.tell('rogue', { scope, content: 'aisle', key, registers })
  return mesh.tell('billing', { scope, content: 'window', key, registers })
}

/** Billing writes in knowledge of all that support knows. */
function asBilling(plan: Parameters<typeof write>[1]): void {
  const { billing, support } = mesh.agents
  pull(billing, support)
  write(billing, plan)
  mesh.hear('billing')
}

/** A note that suspects two memories; gives the conflict's id. */
function suspect(a: string, b: string, importance = 0.9): string {
  const records = [a, b].sort() as [DocumentId, DocumentId]
  const value = { records, evidence: [{ test: 'value', detail: 'numbers differ' }], score: 0.8, importance }
  const name = suspicionName(a as DocumentId, b as DocumentId)
  const { names } = mesh.agents.billing.replica
  asBilling(note({ scope: DEFAULT_SCOPE, name, register: SUSPICION, value }, names))
  const id = keyedDocumentId(scopeId(names, DEFAULT_SCOPE), 'record', `${NOTE_PREFIX}${name}`)
  return `${id}.${SUSPICION}`
}

describe('a conflict', () => {
  test('says its cause, importance, sides with their support, and how it is to be settled', async () => {
    const id = disputed('seat', { importance: 0.8, confidence: 0.6 })
    const [conflict] = await node.conflicts()
    expect(conflict).toMatchObject({
      ...{ id: `${id}.content`, record: id, key: 'seat', register: 'content', cause: 'concurrent-values' },
      ...{ status: 'open', importance: 0.8, claimedBy: null, resolution: null, reopened: null },
      ...{ overruled: [], evidence: [] },
      candidates: [
        { value: 'aisle', agent: 'rogue', record: id, confidence: 0.6, support: 1 },
        { value: 'window', agent: 'billing', record: id, confidence: 0.6, support: 1 },
      ],
      policy: { rule: 'latest', clause: null, scope: null, resolver: 'latest' },
    })
    expect(conflict?.since).toBe(conflict?.candidates[1]?.at)
  })

  test('counts agents who say the same, and so does the memory', async () => {
    mesh.tell('rogue', { scope: 'app=default', content: 'aisle', key: 'seat' })
    const id = mesh.tell('billing', { scope: 'app=default', content: 'aisle', key: 'seat' })
    expect(await node.get(id)).toMatchObject({ status: 'settled', value: 'aisle', support: 2 })
    expect((await node.get((await node.remember('x')).id))?.support).toBe(1)
    await node.retract(id)
    expect(await node.get(id)).toMatchObject({ value: null, support: 1 })
  })

  test('is found by its id, by the first digits or the key of the memory, and in a scope', async () => {
    const id = disputed('seat')
    for (const name of [
      `${id}.content`,
      id,
      id.slice(0, 10),
      `${id.slice(0, 10)}.content`,
      'seat',
      'seat.content',
    ]) {
      expect((await node.conflict(name)).id).toBe(`${id}.content`)
    }
    expect((await node.conflict('seat', { scope: 'app=default' })).id).toBe(`${id}.content`)
    await expect(node.conflict('seat', { scope: 'user=alice' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(node.conflict('nobody')).rejects.toMatchObject({ code: 'not-found' })
    await node.remember('x', { key: 'calm' })
    await expect(node.conflict('calm')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('comes after those that matter more, and of equals after older ones', async () => {
    const small = disputed('small', { importance: 0.1 })
    const first = disputed('first')
    const second = disputed('second')
    const large = disputed('large', { importance: 0.9 })
    const order = (await node.conflicts()).map(({ record }) => record)
    expect(order).toEqual([large, first, second, small])
  })

  test('is listed by status and by cause', async () => {
    const open = disputed('open')
    const put = disputed('put')
    const done = disputed('done')
    await node.resolve(put, { defer: true })
    await node.resolve(done, { pick: 1 })
    const listed = async (options: Parameters<MemoryNode['conflicts']>[0]) =>
      (await node.conflicts(options)).map(({ record }) => record)
    expect(await listed({})).toEqual([open, put])
    expect(await listed({ all: true })).toEqual([open, put, done])
    expect(await listed({ status: 'deferred' })).toEqual([put])
    expect(await listed({ status: 'resolved' })).toEqual([done])
    expect(await listed({ status: 'claimed' })).toEqual([])
    expect(await listed({ cause: 'update-versus-retract', all: true })).toEqual([])
    expect(await listed({ scope: 'user=alice' })).toEqual([])
  })

  test('is claimed for as long as the claim says', async () => {
    const id = disputed('seat') as DocumentId
    const seen = (await node.conflict(id)).candidates.map(({ entry }) => entry)
    const until = mesh.agents.support.clock.ms + 1000
    asBilling(claim(id, 'content', until, seen))
    expect(await node.conflict(id)).toMatchObject({
      status: 'claimed',
      claimedBy: { agent: 'billing', name: 'billing', until },
    })
    mesh.agents.support.clock.ms = until
    expect(await node.conflict(id)).toMatchObject({ status: 'open', claimedBy: null })
  })

  test('says what settled it, and what had before it was opened again', async () => {
    const id = disputed('seat')
    const contexts = [
      { pick: 1, when: 'by day' },
      { pick: 2, when: 'at night' },
    ]
    const settled = await node.resolve('seat', { contexts, reason: 'both are right' })
    expect(settled).toMatchObject({
      id,
      conflict: `${id}.content`,
      value: { anyOf: [{ when: 'by day' }, {}] },
    })
    expect((await node.conflict(id)).resolution).toMatchObject({
      ...{ kind: 'context', agent: 'support', judge: 'person', reason: 'both are right' },
    })
    await node.resolve('seat', { undo: true, reason: 'they are not' })
    expect(await node.conflict(id)).toMatchObject({
      ...{ status: 'open', resolution: null, candidates: [{ value: 'aisle' }, { value: 'window' }] },
      reopened: { kind: 'undo', reason: 'they are not' },
    })
  })

  test('settled by a retraction says so, also once it was opened again', async () => {
    const { billing, support } = mesh.agents
    const { id } = await node.remember('window', { key: 'seat' })
    pull(billing, support)
    write(billing, retract(id))
    await node.update(id, 'aisle')
    mesh.hear('billing')
    const { candidates } = await node.conflict(id)
    const pick = candidates.findIndex(({ ended }) => ended) + 1
    write(billing, update(id, 'middle'))
    await node.resolve(id, { pick })
    expect(await node.conflict(id)).toMatchObject({ resolution: { kind: 'pick', pick, value: null } })
    mesh.hear('billing')
    const conflict = await node.conflict(id)
    expect(conflict.candidates[pick - 1]).toMatchObject({ value: 'middle' })
    expect(conflict).toMatchObject({ status: 'open', reopened: { kind: 'pick', pick, value: null } })
  })

  test('is settled by whoever has looked at all of it, by the entry of a candidate', async () => {
    const id = disputed('seat')
    const seen = (await node.conflict(id)).candidates.map(({ entry }) => entry)
    const part = seen.slice(1)
    await expect(node.resolve(id, { pick: 1, seen: part })).rejects.toMatchObject({ code: 'changed' })
    const [, window] = seen as [EntryHash, EntryHash]
    expect(await node.resolve(id, { pick: window, seen })).toMatchObject({ value: 'window' })
    expect(await node.conflict(id)).toMatchObject({ resolution: { kind: 'pick', pick: 2 } })
  })

  test('can be settled with nothing but the right to arbitrate', async () => {
    const id = disputed('seat')
    const judge = node.as({ permissions: [{ scope: '*', rights: ['read', 'arbitrate'] }] })
    expect(await judge.resolve(id, { pick: 2 })).toMatchObject({ value: 'window' })
    await judge.resolve(id, { undo: true })
    await expect(judge.update(id, 'x')).rejects.toMatchObject({ code: 'forbidden' })
    const reader = node.as({ permissions: [{ scope: '*', rights: ['read'] }] })
    await expect(reader.resolve(id, { pick: 2 })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('a suspected contradiction', () => {
  const pair = async () => {
    const one = (await node.remember('opens at 8', { key: 'hours', confidence: 0.7 })).id
    const other = mesh.tell('billing', { scope: 'app=default', content: 'opens at 9', key: 'opening' })
    const [first = '', second = ''] = [one, other].sort()
    return { one, other, first, second }
  }

  test('shows what the two memories say, and on what evidence they are suspected', async () => {
    const { first, second, one } = await pair()
    const id = suspect(first, second)
    const conflict = await node.conflict(id)
    expect(conflict).toMatchObject({
      ...{ id, cause: 'suspected-contradiction', status: 'open', importance: 0.9, register: SUSPICION },
      evidence: [{ test: 'value', detail: 'numbers differ' }],
      candidates: [{ record: first }, { record: second }],
    })
    const own = conflict.candidates.find(({ record }) => record === one)
    expect(own).toMatchObject({ value: 'opens at 8', agent: 'support', confidence: 0.7, support: 1 })
    expect((await node.conflicts({ cause: 'suspected-contradiction' })).map(({ id }) => id)).toEqual([id])
    expect((await node.status()).conflicts).toBe(1)
    expect((await node.list()).map(memory => memory.type)).toEqual(['record', 'record'])
    expect((await node.conflict(conflict.record.slice(0, 12))).id).toBe(id)
  })

  test('judged by a pick: the loser bears the judgement, and an undo needs no second word', async () => {
    const { first, second } = await pair()
    const id = suspect(first, second)
    const settled = await node.resolve(id, { pick: 1, reason: 'I asked' })
    const loser = await node.get(second)
    expect(settled).toMatchObject({ conflict: id, value: (await node.get(first))?.value })
    expect(loser?.row.sets.judged).toEqual([id.split('.')[0]])
    expect((await node.get(first))?.row.sets.judged).toBeUndefined()
    expect(await node.conflict(id)).toMatchObject({
      status: 'resolved',
      resolution: { kind: 'pick', pick: 1, value: (await node.get(first))?.value },
    })
    await node.resolve(id, { undo: true })
    expect((await node.conflict(id)).status).toBe('open')
    await expect(node.resolve(id, { pick: 3 })).rejects.toMatchObject({ code: 'usage' })
    expect((await node.get(first))?.row.sets.judged).toBeUndefined()
  })

  test('is settled by what the two say last, and not if one of them says something else since', async () => {
    const { one, first, second } = await pair()
    const id = suspect(first, second)
    const looked = (await node.conflict(id)).candidates.map(({ entry }) => entry)
    await node.update(one, 'opens at 7')
    const changed = { code: 'changed' }
    for (const settlement of [{ pick: 1 }, { defer: true }, { undo: true }] as const)
      await expect(node.resolve(id, { ...settlement, seen: looked })).rejects.toMatchObject(changed)
    expect((await node.conflict(id)).status).toBe('open')
    expect((await node.get(second))?.row.sets.judged).toBeUndefined()
    const seen = (await node.conflict(id)).candidates.map(({ entry }) => entry)
    const replaced = looked.find(entry => !seen.includes(entry)) as EntryHash
    await expect(node.resolve(id, { pick: replaced })).rejects.toMatchObject({ code: 'usage' })
    const [now] = seen as [EntryHash]
    expect(await node.resolve(id, { pick: now, seen })).toMatchObject({
      value: (await node.get(first))?.value,
    })
    expect(await node.conflict(id)).toMatchObject({ resolution: { kind: 'pick', pick: 1 } })
    expect((await node.get(second))?.row.sets.judged).toEqual([id.split('.')[0]])
  })

  test('is no conflict any more when one of the two is retracted or erased', async () => {
    for (const end of ['retract', 'erase'] as const) {
      const one = (await node.remember('opens at 8')).id
      const other = (await node.remember('opens at 9')).id
      const id = suspect(one, other)
      expect((await node.conflicts()).map(conflict => conflict.id)).toEqual([id])
      await node[end](other)
      expect(await node.conflicts()).toEqual([])
      expect((await node.status()).conflicts).toBe(0)
    }
  })

  test('is no conflict any more when one of the two has expired', async () => {
    const one = (await node.remember('opens at 8')).id
    const expiresAt = mesh.agents.support.clock.now() + 60_000
    const id = suspect(one, (await node.remember('opens at 9', { expiresAt })).id)
    expect((await node.conflicts()).map(conflict => conflict.id)).toEqual([id])
    mesh.agents.support.clock.ms = expiresAt
    expect(await node.conflicts()).toEqual([])
    expect((await node.conflict(id)).candidates.map(({ value }) => value).sort()).toEqual([
      'opens at 8',
      'opens at 9',
    ])
  })

  test('is not there for whoever may not read both', async () => {
    const open = (await node.remember('opens at 8')).id
    const hidden = (await node.remember('opens at 9', { resources: ['vault'] })).id
    const id = suspect(open, hidden)
    expect((await node.conflict(id)).status).toBe('open')
    const limited = node.as({
      permissions: [{ scope: '*', rights: ['read', 'write', 'arbitrate'] }, { resource: 'crm' }],
    })
    expect(await limited.conflicts({ all: true })).toEqual([])
    await expect(limited.conflict(id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(limited.resolve(id, { pick: 1 })).rejects.toMatchObject({ code: 'not-found' })
    expect((await limited.status()).conflicts).toBe(0)
  })
})

describe('watch', () => {
  test('tells each turn once, with the conflict as it is since', async () => {
    const stop = new AbortController()
    const heard: ChangeEvent[] = []
    const listening = (async () => {
      for await (const event of node.watch({ signal: stop.signal })) heard.push(event)
    })()
    const id = disputed('seat') as DocumentId
    const seen = (await node.conflict(id)).candidates.map(({ entry }) => entry) as EntryHash[]
    asBilling(claim(id, 'content', mesh.agents.support.clock.ms + 60_000, seen))
    await node.tag(id, { add: ['x'] })
    await node.resolve(id, { defer: true })
    await node.resolve(id, { undo: true })
    await node.resolve(id, { pick: 1 })
    await node.resolve(id, { undo: true })
    const one = (await node.remember('opens at 8')).id
    const other = (await node.remember('opens at 9')).id
    const suspected = suspect(one, other)
    await node.resolve(suspected, { pick: 2 })
    await new Promise(resolve => setImmediate(resolve))
    stop.abort()
    await listening
    const turns = heard.filter(({ event }) => event.startsWith('conflict:'))
    expect(turns.map(({ event, conflict }) => `${event} ${conflict?.id} ${conflict?.status}`)).toEqual([
      `conflict:opened ${id}.content open`,
      `conflict:claimed ${id}.content claimed`,
      `conflict:deferred ${id}.content deferred`,
      `conflict:reopened ${id}.content open`,
      `conflict:resolved ${id}.content resolved`,
      `conflict:reopened ${id}.content open`,
      `conflict:opened ${suspected} open`,
      `conflict:resolved ${suspected} resolved`,
    ])
    expect(heard.every(({ event, conflict }) => (conflict !== null) === event.startsWith('conflict:'))).toBe(
      true,
    )
  })

  test('says nothing of a suspicion to whoever may not read both memories', async () => {
    const stop = new AbortController()
    const heard: ChangeEvent[] = []
    const limited = node.as({ permissions: [{ scope: '*', rights: ['read'] }, { resource: 'crm' }] })
    const listening = (async () => {
      for await (const event of limited.watch({ signal: stop.signal })) heard.push(event)
    })()
    const open = (await node.remember('opens at 8')).id
    const hidden = (await node.remember('opens at 9', { resources: ['vault'] })).id
    suspect(open, hidden)
    await new Promise(resolve => setImmediate(resolve))
    stop.abort()
    await listening
    expect(heard.map(({ event }) => event)).not.toContain('conflict:opened')
  })
})

test('what the mesh keeps for itself is not written to as a memory', async () => {
  const one = (await node.remember('opens at 8')).id
  const id = suspect(one, (await node.remember('opens at 9')).id).split('.')[0] ?? ''
  const usage = { code: 'usage' }
  await expect(node.update(id, 'x')).rejects.toMatchObject(usage)
  await expect(node.erase(id)).rejects.toMatchObject(usage)
  await expect(node.remember('x', { key: 'moot/policy' })).rejects.toMatchObject(usage)
  await expect(node.rememberMany([{ value: 'x', key: 'moot/x' }])).rejects.toMatchObject(usage)
  expect(await node.remember('x', { key: 'mooted' })).toBeDefined()
})
