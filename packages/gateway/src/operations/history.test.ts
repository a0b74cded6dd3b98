/** The history of a memory through the table of operations. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TrustMesh, trustMesh } from '../../../../test/support/trust.ts'
import { operate } from './operate.ts'
import type { EventShape } from './shapes.ts'

let mesh: TrustMesh
beforeAll(() => {
  mesh = trustMesh()
})
afterAll(() => mesh.close())

async function ask(name: string, params: unknown): Promise<unknown> {
  const operating = operate(mesh.node, name, params, { signal: new AbortController().signal })
  return operating.kind === 'call' ? operating.result : undefined
}

test('says of a settlement which kind it is, and of nothing else', async () => {
  const said = { scope: 'app=default', key: 'seat' }
  mesh.tell('rogue', { ...said, content: 'aisle' })
  const id = mesh.tell('billing', { ...said, content: 'window' })
  await ask('resolve', { conflict: id, defer: true })
  await ask('resolve', { conflict: id, undo: true })
  await ask('resolve', { conflict: id, pick: 1 })
  await ask('resolve', { conflict: id, undo: true })
  await ask('update', { id, value: 'exit row' })
  const events = (await ask('history', { id })) as EventShape[]
  expect(events.map(({ op, settlement }) => [op, settlement])).toEqual([
    ['remember', undefined],
    ['remember', undefined],
    ['resolve', { kind: 'defer', register: 'content' }],
    ['resolve', { kind: 'undo', register: 'content' }],
    ['resolve', { kind: 'pick', register: 'content' }],
    ['resolve', { kind: 'undo', register: 'content' }],
    ['resolve', { kind: 'overwrite', register: 'content' }],
  ])
  const entries = events.map(({ entry }) => entry)
  expect(events.map(({ tookBack, takenBackBy }) => [tookBack, takenBackBy])).toEqual(
    [
      ...[[], [], [undefined, entries[3]], [[entries[2]]], [undefined, entries[5]]],
      ...[[[entries[4]]], []],
    ].map(([tookBack, takenBackBy]) => [tookBack, takenBackBy]),
  )
})

test('says how many digits of an id it takes, where too few were given', async () => {
  const { id } = (await ask('remember', { value: 'tea' })) as { id: string }
  expect(await ask('history', { id: id.slice(0, 6) })).toHaveLength(1)
  const few = id.slice(0, 5)
  const hint = `${few} (of an id it takes 6 digits or more)`
  const refused = (message: string | RegExp) => ({ code: 'not-found', message })
  await expect(async () => ask('history', { id: few })).rejects.toMatchObject(refused(`no memory ${hint}`))
  await expect(async () => ask('resolve', { conflict: `${few}.content`, pick: 1 })).rejects.toMatchObject(
    refused(`no memory ${few}.content (of an id it takes 6 digits or more)`),
  )
  await expect(async () => ask('get', { id: few })).rejects.toMatchObject(
    refused(/it takes 6 digits or more/),
  )
  await expect(async () => ask('get', { id: 'tea' })).rejects.toMatchObject(refused(/"tea"$/))
})

test('finds a key in the scope that is given', async () => {
  await ask('remember', { value: 'EUR', key: 'currency', scope: 'app=shop' })
  await ask('remember', { value: 'USD', key: 'currency', scope: 'app=bank' })
  await expect(async () => ask('history', { id: 'currency' })).rejects.toMatchObject({ code: 'ambiguous' })
  expect(await ask('history', { id: 'currency', scope: 'app=bank' })).toMatchObject([{ value: 'USD' }])
  await expect(async () => ask('history', { id: 'currency', scope: 'app=zoo' })).rejects.toMatchObject({
    code: 'not-found',
  })
})
