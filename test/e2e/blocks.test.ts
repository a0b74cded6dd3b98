import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BLOCK_TEXT_NAME } from '@folkmoot/core'
import { serveBlocks } from '@folkmoot/gateway'
import { type MemoryNode, openNode } from '@folkmoot/node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebsocketProvider } from 'y-websocket'
import { Doc } from 'yjs'

// Goal: two people type into one block on two nodes that are cut off from each other, and nothing is lost. Method:
// stock y-websocket clients; one node goes on without a network while both type, then it comes back.

const TOKEN = 'secret'

let home: string
const closers: (() => unknown)[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'folkmoot-blocks-'))
})

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await rm(home, { recursive: true, force: true })
})

/** A node with its editors' door. Restarted with or without a network, the door stays where it was. */
class Desk {
  readonly name: string
  #node: MemoryNode | undefined
  #door: Awaited<ReturnType<typeof serveBlocks>> | undefined
  #port = 0

  constructor(name: string) {
    this.name = name
    closers.push(() => this.stop())
  }

  get node(): MemoryNode {
    if (this.#node === undefined) throw new Error(`${this.name} is down`)
    return this.#node
  }

  async start(options: { readonly offline?: boolean; readonly join?: string } = {}): Promise<void> {
    const listen = ['/ip4/127.0.0.1/tcp/0']
    this.#node = await openNode({ dir: join(home, this.name), name: this.name, listen, ...options })
    this.#door = await serveBlocks(this.#node, { token: TOKEN, port: this.#port })
    this.#port = Number(new URL(this.#door.url).port)
  }

  async stop(): Promise<void> {
    await this.#door?.close()
    await this.#node?.close()
    this.#node = undefined
  }

  async restart(options = {}): Promise<void> {
    await this.stop()
    await this.start(options)
  }

  open(key: string) {
    const doc = new Doc()
    const url = `ws://127.0.0.1:${this.#port}`
    const options = {
      params: { token: TOKEN },
      WebSocketPolyfill: WebSocket,
      maxBackoffTime: 200,
      disableBc: true,
    }
    const provider = new WebsocketProvider(url, key, doc, options)
    closers.push(() => provider.destroy())
    return { text: doc.getText(BLOCK_TEXT_NAME), provider }
  }
}

const patiently = { timeout: 30_000 }

async function isSoon(read: () => unknown, expected: unknown): Promise<void> {
  await expect.poll(read, patiently).toEqual(expected)
}

test('two editors on two nodes type through a partition: one text, every word of both, both in the history', {
  timeout: 120_000,
}, async () => {
  const [ann, bob] = [new Desk('ann'), new Desk('bob')]
  await ann.start()
  const { id } = await ann.node.createBlock('plan', 'Plan:')
  await bob.start({ join: (await ann.node.invite()).ticket })
  await isSoon(async () => (await bob.node.block('plan'))?.text, 'Plan:')

  const [left, right] = [ann.open('plan'), bob.open('plan')]
  await isSoon(() => [String(left.text), String(right.text)], ['Plan:', 'Plan:'])
  left.text.insert(5, ' together')
  await isSoon(() => String(right.text), 'Plan: together')

  await bob.restart({ offline: true })
  await isSoon(() => right.provider.synced, true)
  const words = (who: string) => Array.from({ length: 30 }, (_, i) => ` ${who}${i}`)
  for (const [i, word] of words('left').entries()) {
    left.text.insert(left.text.length, word)
    right.text.insert(5, words('right')[i] as string)
    if (i % 10 === 0) await new Promise(resolve => setTimeout(resolve, 60))
  }
  const leftAlone = String(left.text)
  const rightAlone = String(right.text)
  await isSoon(async () => (await ann.node.block('plan'))?.text, leftAlone)
  await isSoon(async () => (await bob.node.block('plan'))?.text, rightAlone)
  expect(leftAlone).not.toContain('right')
  expect(rightAlone).not.toContain('left')

  await bob.restart()
  const textsAndRoots = async () => {
    const nodes = [ann.node, bob.node]
    const texts = await Promise.all(nodes.map(async node => (await node.block('plan'))?.text))
    const roots = await Promise.all(nodes.map(async node => (await node.state()).root))
    return new Set([String(left.text), String(right.text), ...texts]).size + new Set(roots).size
  }
  await isSoon(textsAndRoots, 2)

  const merged = String(left.text)
  for (const word of [...words('left'), ...words('right'), ' together']) expect(merged).toContain(word)
  expect(merged.length).toBe(leftAlone.length + rightAlone.length - 'Plan: together'.length)
  const history = await bob.node.history(id)
  expect(new Set(history.map(event => event.node))).toEqual(new Set([ann.node.id, bob.node.id]))
  expect(new Set(history.map(event => event.status))).toEqual(new Set(['applied']))
  expect(await bob.node.verify()).toMatchObject({ valid: true, uncounted: [] })
})
