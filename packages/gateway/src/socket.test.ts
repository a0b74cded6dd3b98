import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NotFoundError } from '@folkmoot/core'
import type { ChangeEvent, MemoryNode } from '@folkmoot/node'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { connectSocket } from './socket-client.ts'
import { type SocketDoor, serveSocket } from './socket-server.ts'
import type { Client } from './wire.ts'
import { ITEMS_UNREAD_MAX, REQUESTS_MAX } from './wire-limits.ts'

const identity = {
  ...{ id: 'node', mesh: 'mesh', name: 'zylos01', agent: 'agent', dir: '/somewhere' },
  identity: async () => ({
    ...{ node: 'node', mesh: 'mesh', name: 'zylos01', agent: 'agent', notAfter: null, isAdmin: true },
    ...{ sealed: false, incarnation: 0, rights: [], agentsNodes: [] },
  }),
}
const change = {
  event: 'record:changed',
  id: 'x',
  scope: 'app=shop',
  memory: null,
  by: { at: 0 },
} as unknown as ChangeEvent

let dir: string
const closers: (() => Promise<void>)[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'socket-'))
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  rmSync(dir, { recursive: true })
})

async function serve(stub: Partial<MemoryNode> = {}, onDown = async () => {}): Promise<SocketDoor> {
  const door = await serveSocket({ ...identity, ...stub } as unknown as MemoryNode, dir, { onDown })
  closers.push(() => door.close())
  return door
}

async function visit(): Promise<Client> {
  const client = await connectSocket(dir)
  if (client === undefined) throw new Error('nobody answers')
  closers.push(() => client.close())
  return client
}

async function* endless(onEnd: () => void) {
  try {
    for (;;) yield change
  } finally {
    onEnd()
  }
}

test('nobody answers in a directory where no node runs', async () => {
  expect(await connectSocket(dir)).toBeUndefined()
})

test('only the owner may use the socket', async () => {
  const { path } = await serve()
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('two clients ask at once, each many things, and get their own answers', async () => {
  const get = async (id: string) => {
    if (id === 'slow') await new Promise(resolve => setTimeout(resolve, 20))
    return undefined
  }
  await serve({ get })
  const [one, two] = await Promise.all([visit(), visit()])
  const answers = await Promise.allSettled([
    one.call('get', { id: 'slow' }),
    one.call('whoami', {}),
    two.call('get', { id: 'fast' }),
    two.call('whoami', {}),
  ])
  expect(answers).toMatchObject([
    { reason: { code: 'not-found', message: 'no memory with the id or key "slow"' } },
    { value: { node: 'node' } },
    { reason: { message: 'no memory with the id or key "fast"' } },
    { value: { name: 'zylos01' } },
  ])
})

test('refusals keep their code; a fault of ours is internal; both are one line', async () => {
  await serve({
    history: async () => {
      throw new NotFoundError('such thing')
    },
    why: async () => {
      throw new TypeError('oh\n  no')
    },
  })
  const client = await visit()
  await expect(client.call('history', { id: 'a' })).rejects.toMatchObject({
    code: 'not-found',
    message: 'no such thing',
  })
  await expect(client.call('why', { id: 'a' })).rejects.toMatchObject({ code: 'internal', message: 'oh no' })
  await expect(client.call('nothing' as 'whoami', {})).rejects.toMatchObject({ code: 'usage' })
})

test('progress is told on the way to the answer', async () => {
  const report = { entries: 2, records: 1, root: 'r' }
  await serve({
    rebuild: async (onProgress = () => {}) => {
      onProgress(1, 2)
      onProgress(2, 2)
      return report
    },
  })
  const seen: number[][] = []
  const client = await visit()
  expect(await client.call('rebuild', {}, { onProgress: (...at) => seen.push(at) })).toEqual(report)
  expect(seen).toEqual([
    [1, 2],
    [2, 2],
  ])
})

describe('streams', () => {
  test('come to their end', async () => {
    async function* all() {
      for (const value of ['a', 'b', 'c']) yield { id: value, value }
    }
    await serve({ export: all })
    const items: unknown[] = []
    for await (const { value } of (await visit()).stream('export', {})) items.push(value)
    expect(items).toEqual(['a', 'b', 'c'])
  })

  test('end in the error that the node met', async () => {
    async function* broken() {
      yield { id: 'a', value: 'a' }
      throw new NotFoundError('more')
    }
    await serve({ export: broken })
    const read = async () => {
      for await (const _ of (await visit()).stream('export', {}));
    }
    await expect(read()).rejects.toMatchObject({ code: 'not-found' })
  })

  test.each([
    [
      'when the reader breaks off',
      async (client: Client) => {
        for await (const _ of client.stream('watch', {})) break
      },
    ],
    [
      'when the reader aborts',
      async (client: Client) => {
        const controller = new AbortController()
        for await (const _ of client.stream('watch', {}, { signal: controller.signal })) controller.abort()
      },
    ],
    [
      'when the reader goes away',
      async (client: Client) => {
        const items = client.stream('watch', {})[Symbol.asyncIterator]()
        await items.next()
        await client.close()
      },
    ],
  ])('stop at the node %s', async (_, leave) => {
    const onEnd = vi.fn()
    await serve({ watch: () => endless(onEnd) })
    await leave(await visit())
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalled())
  })

  test('wait for a slow reader instead of piling up', async () => {
    let made = 0
    async function* fast() {
      for (;;) {
        made += 1
        yield { ...change, id: 'x'.repeat(1000) }
      }
    }
    await serve({ watch: fast })
    const items = (await visit()).stream('watch', {})[Symbol.asyncIterator]()
    await items.next()
    let before = 0
    await vi.waitFor(() => {
      const moved = made !== before
      before = made
      expect(moved).toBe(false)
    })
    expect(made).toBeLessThan(ITEMS_UNREAD_MAX * 20)
    await items.return?.()
  })
})

test('one connection may not have more under way than the limit', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<never[]>()
  await serve({ history: () => gate })
  const client = await visit()
  const waiting = Array.from({ length: REQUESTS_MAX }, () => client.call('history', { id: 'a' }))
  await expect(client.call('whoami', {})).rejects.toMatchObject({ code: 'busy' })
  open([])
  await Promise.all(waiting)
  expect(await client.call('whoami', {})).toMatchObject({ node: 'node' })
})

test('a caller may leave before the answer', async () => {
  await serve({ history: () => new Promise(() => {}) })
  const client = await visit()
  const controller = new AbortController()
  const call = client.call('history', { id: 'a' }, { signal: controller.signal })
  controller.abort()
  await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  expect(await client.call('whoami', {})).toMatchObject({ node: 'node' })
})

test('down is answered when the node has stopped, and then the door closes', async () => {
  const steps: string[] = []
  const door = await serve({}, async () => {
    await new Promise(resolve => setTimeout(resolve, 10))
    steps.push('stopped')
    queueMicrotask(() => void door.close())
  })
  const client = await visit()
  expect(await client.call('down', {})).toEqual({ stopped: true })
  expect(steps).toEqual(['stopped'])
  await vi.waitFor(() => expect(existsSync(door.path)).toBe(false))
  await door.close()
})

test('closing ends streams and calls, and leaves no socket behind', async () => {
  const door = await serve({ watch: () => endless(() => {}), history: () => new Promise(() => {}) })
  const client = await visit()
  const items = client.stream('watch', {})[Symbol.asyncIterator]()
  await items.next()
  await Promise.all([door.close(), door.close()])
  expect(existsSync(door.path)).toBe(false)
  expect(await connectSocket(dir)).toBeUndefined()
})
