import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MemoryNode } from '@folkmoot/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readDoorToken } from './door-token.ts'
import { connectSocket } from './socket-client.ts'
import { type SocketDoor, serveSocket } from './socket-server.ts'
import type { Client } from './wire.ts'
import { GREETING_BYTES_MAX, REQUEST_BYTES_MAX } from './wire-limits.ts'

const identity = {
  ...{ id: 'node', mesh: 'mesh', name: 'zylos01', agent: 'agent', dir: '/somewhere' },
  identity: async () => ({
    ...{ node: 'node', mesh: 'mesh', name: 'zylos01', agent: 'agent', notAfter: null, isAdmin: true },
    ...{ sealed: false, incarnation: 0, rights: [], agentsNodes: [] },
  }),
}

let dir: string
const closers: (() => Promise<void>)[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'socket-'))
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  rmSync(dir, { recursive: true })
})

async function serve(stub: Partial<MemoryNode> = {}, at = dir): Promise<SocketDoor> {
  const door = await serveSocket({ ...identity, ...stub } as unknown as MemoryNode, at)
  closers.push(() => door.close())
  return door
}

async function visit(at = dir): Promise<Client> {
  const client = await connectSocket(at)
  if (client === undefined) throw new Error('nobody answers')
  closers.push(() => client.close())
  return client
}

const greeting = (auth: string | undefined) => Buffer.from(`${JSON.stringify({ auth })}\n`)

/** Greets as the owner does, and then sends raw bytes. */
function greeted(path: string, bytes: string | Buffer): Promise<string> {
  return raw(path, Buffer.concat([greeting(readDoorToken(dir)), Buffer.from(bytes)]))
}

/** Sends raw bytes and gives all that comes back until the other side hangs up. */
function raw(path: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(path, () => socket.write(bytes))
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', error => ('code' in error && error.code === 'EPIPE' ? undefined : reject(error)))
  })
}

describe('what is no request', () => {
  test.each([
    ['is not JSON', 'hello\n'],
    ['is no frame', '[1, 2]\n'],
    ['has an unknown field', '{"id":1,"method":"whoami","colour":"red"}\n'],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0x22, 0x0a])],
  ])('is told so and hung up on, if it %s', async (_, bytes) => {
    const { path } = await serve()
    expect(JSON.parse(await greeted(path, bytes))).toMatchObject({ id: null, error: { code: 'malformed' } })
    expect(await (await visit()).call('whoami', {})).toMatchObject({ node: 'node' })
  })

  test('may not be endless', async () => {
    const { path } = await serve()
    const answer = await greeted(path, Buffer.alloc(REQUEST_BYTES_MAX + 1, 'x'))
    expect(JSON.parse(answer)).toMatchObject({ id: null, error: { code: 'too-large' } })
  })

  test('does not leave the client if it is too large', async () => {
    await serve()
    const client = await visit()
    const value = 'x'.repeat(REQUEST_BYTES_MAX)
    await expect(client.call('remember', { value })).rejects.toMatchObject({ code: 'too-large' })
    expect(await client.call('whoami', {})).toMatchObject({ node: 'node' })
  })

  test('may not use a number twice at once', async () => {
    const { path } = await serve({ history: () => new Promise(() => {}) })
    const line = '{"id":1,"method":"history","params":{"id":"a"}}\n'
    expect(await greeted(path, line + line)).toContain('under way already')
  })
})

describe('who does not show a token', () => {
  const refused = { id: null, error: { code: 'forbidden' } }
  const asking = '{"id":1,"method":"whoami"}\n'
  const never = async (): Promise<never> => {
    throw new Error('it was asked')
  }

  test.each([
    ['asks at once', asking],
    ['greets without a token', `{}\n${asking}`],
    ['greets with an empty one', `{"auth":""}\n${asking}`],
    ['greets with a wrong one', `{"auth":"${'0'.repeat(64)}"}\n${asking}`],
    ['greets with what is no text', `{"auth":true}\n${asking}`],
    ['greets with more than it may', `{"auth":"x","isOwner":true}\n${asking}`],
    ['greets with nonsense', `hello\n${asking}`],
    ['greets without end', Buffer.alloc(GREETING_BYTES_MAX + 1, 'x')],
  ])('is told so in one line and hung up on, if it %s', async (_, bytes) => {
    const { path } = await serve({ identity: never, visitor: () => undefined })
    const answer = await raw(path, bytes)
    expect(answer.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(answer)).toMatchObject(refused)
  })

  test('learns nothing of the right one from how much of it fits', async () => {
    const { path } = await serve({ visitor: () => undefined })
    const token = readDoorToken(dir) ?? ''
    for (const wrong of [token.slice(1), `${token}0`, token.toUpperCase(), `${token.slice(0, -1)}z`]) {
      expect(JSON.parse(await raw(path, Buffer.concat([greeting(wrong)])))).toMatchObject(refused)
    }
  })

  test('is told so by the client, whatever it asks', async () => {
    await serve({ visitor: () => undefined })
    const client = await connectSocket(dir, { token: 'wrong' })
    await expect(client?.call('whoami', {})).rejects.toMatchObject({ code: 'forbidden' })
    await expect(client?.call('down', {})).rejects.toMatchObject({ code: 'forbidden' })
    await client?.close()
  })

  test('may come in with a token of its own, for as long as that is good', async () => {
    let isGood = true
    const view = { ...identity, list: async () => [] } as unknown as MemoryNode
    await serve({ visitor: token => (token === 'mine' && isGood ? view : undefined) })
    const client = (await connectSocket(dir, { token: 'mine' })) as Client
    closers.push(() => client.close())
    expect(await client.call('list', {})).toEqual([])
    await expect(client.call('down', {})).rejects.toMatchObject({ code: 'forbidden' })
    isGood = false
    await expect(client.call('list', {})).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('cannot read the directory either', async () => {
    await serve()
    expect(statSync(join(dir, 'door.token')).mode & 0o777).toBe(0o600)
    const token = readDoorToken(dir)
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    for (const close of closers.splice(0)) await close()
    await serve()
    expect(readDoorToken(dir)).toBe(token)
  })

  test('a damaged token file lets nobody in', async () => {
    writeFileSync(join(dir, 'door.token'), '\n')
    await expect(serve()).rejects.toMatchObject({ code: 'directory' })
  })
})

test('a greeting may come in pieces, and with requests behind it', async () => {
  const { path } = await serve()
  const token = readDoorToken(dir) ?? ''
  const answer = new Promise<string>(resolve => {
    const socket = connect(path, async () => {
      for (const piece of [
        '{"auth":"',
        token.slice(0, 9),
        `${token.slice(9)}"}`,
        '\n{"id":1,"meth',
        'od":"whoami"}\n',
      ]) {
        socket.write(piece)
        await new Promise(done => setTimeout(done, 5))
      }
    })
    socket.once('data', data => {
      socket.destroy()
      resolve(String(data))
    })
  })
  expect(JSON.parse(await answer)).toMatchObject({ id: 1, result: { node: 'node' } })
})

describe('the socket file', () => {
  test('of a node that died is replaced', async () => {
    const path = join(dir, 'moot.sock')
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    expect(() => execFileSync(process.execPath, ['-e', script])).toThrow()
    expect(existsSync(path)).toBe(true)
    expect(await connectSocket(dir)).toBeUndefined()
    await serve()
    expect(await (await visit()).call('whoami', {})).toMatchObject({ node: 'node' })
  })

  test('of a node that lives is not', async () => {
    await serve()
    await expect(serve()).rejects.toMatchObject({ code: 'busy' })
    expect(await (await visit()).call('whoami', {})).toMatchObject({ node: 'node' })
  })

  test('is elsewhere when the path would be too long', async () => {
    const deep = join(dir, 'd'.repeat(120))
    mkdirSync(deep)
    const door = await serve({}, deep)
    expect(readFileSync(join(deep, 'moot.sock.path'), 'utf8').trim()).toBe(door.path)
    expect(await (await visit(deep)).call('whoami', {})).toMatchObject({ node: 'node' })
    await door.close()
    expect(existsSync(join(deep, 'moot.sock.path'))).toBe(false)
    expect(await connectSocket(deep)).toBeUndefined()
  })

  test('is not believed if it is no socket', async () => {
    mkdirSync(join(dir, 'moot.sock'))
    await expect(connectSocket(dir)).rejects.toMatchObject({ code: 'directory' })
  })
})

test('a node that speaks nonsense is not believed', async () => {
  const server = createServer(socket => socket.resume().write('nonsense\n'))
  await new Promise<void>(resolve => server.listen(join(dir, 'moot.sock'), resolve))
  closers.push(() => new Promise(resolve => server.close(() => resolve())))
  const client = await visit()
  await expect(client.call('whoami', {})).rejects.toThrow(/nonsense|went away/)
})
