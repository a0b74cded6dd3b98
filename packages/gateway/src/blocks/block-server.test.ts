import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BLOCK_TEXT_NAME, type Permission } from '@folkmoot/core'
import { type MemoryNode, openNode } from '@folkmoot/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { GATHER_MS } from './block-limits.ts'
import { type BlockServer, serveBlocks } from './block-server.ts'

const TOKEN = 'let me write'
const READ_TOKEN = 'let me read'
const LOOPBACK = ['/ip4/127.0.0.1/tcp/0']

let home: string
const closers: (() => unknown)[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-blocks-'))
})

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  rmSync(home, { recursive: true, force: true })
})

async function startNode(name: string, join_?: string): Promise<MemoryNode> {
  const dir = join(home, name)
  const network = join_ === undefined ? {} : { join: join_ }
  const node = await openNode({ dir, name, listen: LOOPBACK, ...network })
  closers.push(() => node.close())
  return node
}

async function startAlone(name = 'one'): Promise<MemoryNode> {
  const node = await openNode({ dir: join(home, name), name, offline: true })
  closers.push(() => node.close())
  return node
}

async function serve(node: MemoryNode, options = {}): Promise<BlockServer> {
  const server = await serveBlocks(node, { token: TOKEN, readOnlyToken: READ_TOKEN, ...options })
  closers.push(() => server.close())
  return server
}

/** A browser tab: one Yjs document, and a stock provider for each place that it is connected to. */
class Tab {
  readonly doc = new Y.Doc()
  readonly text = this.doc.getText(BLOCK_TEXT_NAME)
  provider: WebsocketProvider | undefined

  connect(server: BlockServer, room: string, token = TOKEN): WebsocketProvider {
    this.provider?.destroy()
    const params = { token }
    const provider = new WebsocketProvider(server.url, room, this.doc, {
      params,
      WebSocketPolyfill: WebSocket,
      disableBc: true,
    })
    closers.push(() => provider.destroy())
    this.provider = provider
    return provider
  }

  async synced(): Promise<this> {
    await expect.poll(() => this.provider?.synced, { timeout: 10_000 }).toBe(true)
    return this
  }

  async shows(text: string): Promise<void> {
    await expect.poll(() => this.text.toString(), { timeout: 10_000 }).toBe(text)
  }
}

async function tabAt(server: BlockServer, room: string, token = TOKEN): Promise<Tab> {
  const tab = new Tab()
  tab.connect(server, room, token)
  return tab.synced()
}

const textAt = async (node: MemoryNode, key: string) => (await node.block(key))?.text

async function has(node: MemoryNode, key: string, text: string): Promise<void> {
  await expect.poll(() => textAt(node, key), { timeout: 20_000 }).toBe(text)
}

async function closed(provider: WebsocketProvider): Promise<{ code: number; reason: string }> {
  return new Promise(resolve => provider.once('closed', resolve))
}

describe('an editor', () => {
  test('shows the block, types into it, and sees what agents write', async () => {
    const node = await startAlone()
    await node.createBlock('plan', 'buy tea')
    const server = await serve(node)
    const tab = await tabAt(server, 'plan')
    await tab.shows('buy tea')
    tab.text.insert(7, ' and milk')
    await has(node, 'plan', 'buy tea and milk')
    await node.editBlock('plan', 'buy green tea and milk')
    await tab.shows('buy green tea and milk')
    const history = await node.history((await node.block('plan'))?.id as string)
    expect(history.map(event => event.status)).toEqual(['applied', 'applied', 'applied'])
  })

  test('keystrokes of a moment are one entry', async () => {
    const node = await startAlone()
    const { id } = await node.createBlock('plan', '')
    const tab = await tabAt(await serve(node), id)
    for (const letter of 'hello') tab.text.insert(tab.text.length, letter)
    await has(node, 'plan', 'hello')
    await sleep(GATHER_MS * 2)
    expect(await node.history(id)).toHaveLength(2)
  })

  test('sees other editors of its room, and their cursors', async () => {
    const node = await startAlone()
    await node.createBlock('plan', 'x')
    const server = await serve(node)
    const [ann, bob] = [await tabAt(server, 'plan'), await tabAt(server, 'plan')]
    ann.provider?.awareness.setLocalStateField('user', { name: 'Ann' })
    ann.text.insert(1, 'y')
    await bob.shows('xy')
    const users = () =>
      [...(bob.provider?.awareness.getStates().values() ?? [])].map(state => state.user?.name)
    await expect.poll(users).toContain('Ann')
    ann.provider?.destroy()
    await expect.poll(users).not.toContain('Ann')
  })

  test('is not lost what it typed before the node went down', async () => {
    const node = await startAlone()
    await node.createBlock('plan', '')
    const server = await serve(node)
    const tab = await tabAt(server, 'plan')
    tab.text.insert(0, 'last words')
    await sleep(5)
    await server.close()
    await server.close()
    expect(await textAt(node, 'plan')).toBe('last words')
  })
})

describe('what the mesh cannot hold as it is', () => {
  test('text of a browser that moved here from another node is typed anew', async () => {
    const one = await startNode('one')
    await one.createBlock('plan', '.')
    const two = await startNode('two', (await one.invite()).ticket)
    await has(two, 'plan', '.')
    const tab = await tabAt(await serve(one), 'plan')
    tab.text.insert(0, 'from one')
    await has(two, 'plan', 'from one.')
    const server = await serve(two)
    tab.connect(server, 'plan')
    await tab.synced()
    const other = await tabAt(server, 'plan')
    tab.text.insert(8, ', from two')
    await has(one, 'plan', 'from one, from two.')
    await other.shows('from one, from two.')
    await tab.shows('from one, from two.')
    for (const letter of ' and more') tab.text.insert(tab.text.length - 1, letter)
    tab.text.delete(0, 5)
    for (const node of [one, two]) await has(node, 'plan', 'one, from two and more.')
    await tab.shows('one, from two and more.')
    await other.shows('one, from two and more.')
    // And back again, to the node that the client id belongs to.
    tab.connect(await serve(one), 'plan')
    await tab.synced()
    tab.text.insert(0, 'round ')
    for (const node of [one, two]) await has(node, 'plan', 'round one, from two and more.')
    await tab.shows('round one, from two and more.')
    const { root } = await one.state()
    await expect.poll(async () => (await two.state()).root).toBe(root)
    const { id } = (await one.block('plan')) ?? {}
    expect(new Set((await one.history(id as string)).map(event => event.status))).toEqual(
      new Set(['applied']),
    )
  })

  test('formats go, the text stays', async () => {
    const node = await startAlone()
    await node.createBlock('plan', 'plain ')
    const tab = await tabAt(await serve(node), 'plan')
    tab.text.insert(6, 'bold', { bold: true })
    tab.text.insert(0, 'A ')
    await has(node, 'plan', 'A plain bold')
    await tab.shows('A plain bold')
  })

  test('a paste larger than an entry', async () => {
    const node = await startAlone()
    await node.createBlock('plan', 'end')
    const tab = await tabAt(await serve(node), 'plan')
    const paste = 'näh 😀 '.repeat(20_000)
    tab.text.insert(0, paste)
    await has(node, 'plan', `${paste}end`)
    await tab.shows(`${paste}end`)
    tab.text.delete(0, paste.length)
    await has(node, 'plan', 'end')
  })
})

describe('the door', () => {
  test('a room is a block that is there; asking for one makes none', async () => {
    const node = await startAlone()
    const server = await serve(node)
    expect(await closed(new Tab().connect(server, 'nothing'))).toMatchObject({ code: 4404 })
    expect(await closed(new Tab().connect(server, '%'))).toMatchObject({ code: 4400 })
    expect(await node.list({ type: 'block' })).toEqual([])
  })

  test('nobody comes in without the token, or from a page of another site', async () => {
    const node = await startAlone()
    await node.createBlock('plan', 'x')
    const { url } = await serve(node, { origins: ['https://editor.example'] })
    const status = async (token: string, origin?: string) => {
      const { WebSocket: Client } = await import('ws')
      const client = new Client(`${url}/plan?token=${token}`, origin === undefined ? {} : { origin })
      return new Promise<number>(resolve => {
        client.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
        client.on('open', () => resolve(101))
        client.on('error', () => {})
      }).finally(() => client.terminate())
    }
    expect(await status('')).toBe(401)
    expect(await status(`${TOKEN}!`)).toBe(401)
    expect(await status(TOKEN)).toBe(101)
    expect(await status(TOKEN, 'https://evil.example')).toBe(403)
    expect(await status(TOKEN, 'http://localhost.evil.example')).toBe(403)
    expect(await status(TOKEN, 'null')).toBe(403)
    expect(await status(TOKEN, 'http://localhost:5173')).toBe(101)
    expect(await status(TOKEN, 'https://editor.example')).toBe(101)
    expect((await fetch(url.replace('ws:', 'http:'))).status).toBe(426)
  })

  test('who may only read sees everything, and what they type goes nowhere', async () => {
    const node = await startAlone()
    await node.createBlock('plan', 'x')
    const server = await serve(node)
    const reader = await tabAt(server, 'plan', READ_TOKEN)
    const writer = await tabAt(server, 'plan')
    reader.text.insert(0, 'no ')
    writer.text.insert(1, 'y')
    await reader.shows('no xy')
    await sleep(GATHER_MS * 3)
    expect(reader.provider?.wsconnected).toBe(true)
    expect(await textAt(node, 'plan')).toBe('xy')
    expect(writer.text.toString()).toBe('xy')
  })

  test('noise closes the connection for good, an erased block too', async () => {
    const node = await startAlone()
    const { id } = await node.createBlock('plan', 'x')
    const server = await serve(node)
    for (const noise of [[0], [0, 2, 3, 1, 2], [0, 2, 200], [1, 5, 9, 9, 9, 9, 9]]) {
      const tab = await tabAt(server, 'plan')
      const gone = closed(tab.provider as WebsocketProvider)
      tab.provider?.ws?.send(new Uint8Array(noise))
      expect(await gone).toMatchObject({ code: 4400 })
    }
    const tab = await tabAt(server, 'plan')
    const gone = closed(tab.provider as WebsocketProvider)
    await node.erase(id)
    expect(await gone).toMatchObject({ code: 4410 })
  })
})

describe('the bearer of a token of the node', () => {
  const withToken = async (permissions: Permission[]) => {
    const node = await startAlone()
    const { token } = await node.createToken({ name: 'guest', permissions })
    const server = await serve(node, { visitor: (its: string) => node.visitor(its) })
    return { node, token, server }
  }

  test('edits what it may, together with the owner; other blocks are not there for it', async () => {
    const { node, token, server } = await withToken([{ scope: 'app=default', rights: ['read', 'write'] }])
    await node.createBlock('plan', 'tea')
    const { id } = await node.createBlock('secret', 'zanzibar', { scope: 'app=other' })
    const [guest, owner] = [await tabAt(server, 'plan', token), await tabAt(server, 'plan')]
    guest.text.insert(3, ' and milk')
    await owner.shows('tea and milk')
    owner.text.insert(0, 'green ')
    await guest.shows('green tea and milk')
    await has(node, 'plan', 'green tea and milk')
    expect(await closed(new Tab().connect(server, id, token))).toMatchObject({ code: 4404 })
    await (await tabAt(server, id)).shows('zanzibar')
  })

  test('is sent away when it types where it may only read, and what it typed is not kept', async () => {
    const { node, token, server } = await withToken([{ scope: 'app=default', rights: ['read'] }])
    await node.createBlock('plan', 'tea')
    const guest = await tabAt(server, 'plan', token)
    await guest.shows('tea')
    const away = closed(guest.provider as WebsocketProvider)
    guest.text.insert(3, ' and milk')
    expect(await away).toMatchObject({ code: 4403 })
    expect(await textAt(node, 'plan')).toBe('tea')
  })

  test('is not let in once it is revoked, and can write nothing more', async () => {
    const { node, token, server } = await withToken([{ scope: '*', rights: ['read', 'write'] }])
    await node.createBlock('plan', 'tea')
    const guest = await tabAt(server, 'plan', token)
    await node.revokeToken('guest')
    guest.text.insert(3, ' and milk')
    await sleep(GATHER_MS * 4)
    expect(await textAt(node, 'plan')).toBe('tea')
    const refused = new WebSocket(`${server.url}/plan?token=${token}`)
    await new Promise(resolve => refused.addEventListener('error', resolve))
  })
})
