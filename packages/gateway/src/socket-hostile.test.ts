import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MemoryNode } from '@folkmoot/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectSocket } from './socket-client.ts'
import { type SocketDoor, serveSocket } from './socket-server.ts'
import type { Client } from './wire.ts'
import { REQUEST_BYTES_MAX } from './wire-limits.ts'

const identity = { id: 'node', mesh: 'mesh', name: 'zylos01', agent: 'agent', dir: '/somewhere' }

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
  const door = await serveSocket({ ...identity, ...stub } as MemoryNode, at)
  closers.push(() => door.close())
  return door
}

async function visit(at = dir): Promise<Client> {
  const client = await connectSocket(at)
  if (client === undefined) throw new Error('nobody answers')
  closers.push(() => client.close())
  return client
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
    expect(JSON.parse(await raw(path, bytes))).toMatchObject({ id: null, error: { code: 'malformed' } })
    expect(await (await visit()).call('whoami', {})).toMatchObject({ node: 'node' })
  })

  test('may not be endless', async () => {
    const { path } = await serve()
    const answer = await raw(path, Buffer.alloc(REQUEST_BYTES_MAX + 1, 'x'))
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
    expect(await raw(path, line + line)).toContain('under way already')
  })
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
