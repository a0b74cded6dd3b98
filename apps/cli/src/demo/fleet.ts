/** Nodes as people run them: one process each, joined by ticket, spoken to through the command line and its socket. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Client, connectSocket, type Params } from '@folkmoot/gateway/client'
import type { Ready } from '../up/ready.ts'
import { CuttableLink } from './cuttable-link.ts'

const MOOT = fileURLToPath(new URL('../../bin/moot.js', import.meta.url))
/** A node that takes longer than this to start, stop or agree is broken, not slow. */
const PATIENCE_MS = 60_000
const POLL_MS = 20
/** What has not stopped by then when it is asked to will not. */
const STOP_MS = 10_000

export interface FleetNode {
  readonly name: string
  readonly dir: string
  readonly link: CuttableLink
  process: ChildProcess
  client: Client
  ready: Ready
}

export interface StartOptions {
  /** What its agent may do; the default of invitations if not given. */
  readonly permissions?: NonNullable<Params<'invite'>['permissions']>
  /** For `moot up`. */
  readonly flags?: readonly string[]
}

export interface Convergence {
  readonly ms: number
  readonly root: string
}

const run = promisify(execFile)

export interface FleetOptions {
  /** When it is aborted all nodes are stopped, and what is waited for fails. */
  readonly signal?: AbortSignal
  /** The script that moot is. */
  readonly moot?: string
  /** Milliseconds that a node has to stop before it is killed. */
  readonly stopMs?: number
}

/** Whatever is started is noted before anything is waited for: `close` finds it, however far it came. */
export class Fleet {
  readonly #home: string
  readonly #signal: AbortSignal
  readonly #moot: string
  readonly #stopMs: number
  readonly #children = new Set<ChildProcess>()
  readonly #links = new Set<CuttableLink>()
  readonly nodes: FleetNode[] = []

  /** @param home where each node gets a directory of its name */
  constructor(home: string, options: FleetOptions = {}) {
    const { signal = new AbortController().signal, moot = MOOT, stopMs = STOP_MS } = options
    this.#home = home
    this.#signal = signal
    this.#moot = moot
    this.#stopMs = stopMs
    signal.addEventListener('abort', () => {
      for (const child of this.#children) child.kill('SIGTERM')
    })
  }

  /** Starts a node: the first founds the mesh, the others join it with a ticket from the first. */
  async start(name: string, agent = name, options: StartOptions = {}): Promise<FleetNode> {
    this.#signal.throwIfAborted()
    const [first] = this.nodes
    const { permissions, flags = [] } = options
    const invitation = permissions === undefined ? { agent } : { agent, permissions }
    const ticket = first === undefined ? undefined : (await first.client.call('invite', invitation)).ticket
    const dir = join(this.#home, name)
    const link = await CuttableLink.open()
    this.#links.add(link)
    const joining = ticket === undefined ? ['--agent', agent] : ['--join', ticket]
    const started = await this.#launch(dir, [
      '--name',
      name,
      ...joining,
      ...flags,
      '--announce',
      link.multiaddr,
    ])
    const node: FleetNode = { name, dir, link, ...started }
    link.leadTo(await portOf(dir))
    this.nodes.push(node)
    return node
  }

  /** No last words, no flush: what a power cut or the kernel would do. */
  async kill(node: FleetNode): Promise<void> {
    const gone = new Promise(resolve => node.process.once('exit', resolve))
    node.process.kill('SIGKILL')
    await gone
    await node.client.close().catch(() => {})
  }

  async restart(node: FleetNode): Promise<void> {
    Object.assign(node, await this.#launch(node.dir, ['--announce', node.link.multiaddr]))
    node.link.leadTo(await portOf(node.dir))
  }

  cut(): void {
    for (const { link } of this.nodes) link.cut()
  }

  heal(): void {
    for (const { link } of this.nodes) link.heal()
  }

  /** Types a command as a person would and gives what it printed. */
  async moot(node: FleetNode, ...args: string[]): Promise<string> {
    return this.#run([...args, '--dir', node.dir], { signal: this.#signal })
  }

  async #run(args: readonly string[], options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    const { stdout } = await run(process.execPath, [this.#moot, ...args], { maxBuffer: 1 << 26, ...options })
    return stdout
  }

  roots(): Promise<string[]> {
    return Promise.all(this.nodes.map(async ({ client }) => (await client.call('state', {})).root))
  }

  /** Waits until every node's state has one root. @throws Error if that does not happen */
  async converge(): Promise<Convergence> {
    const started = performance.now()
    for (;;) {
      this.#signal.throwIfAborted()
      const roots = await this.roots()
      const ms = performance.now() - started
      const [root = ''] = roots
      if (roots.every(other => other === root)) return { ms, root }
      if (ms > PATIENCE_MS) throw new Error(`no agreement after ${PATIENCE_MS / 1000} s: ${roots.join(' ')}`)
      await sleep(POLL_MS)
    }
  }

  /** Starts every node again on its own, without the links: they outlive this process. All of them, or none. */
  async release(): Promise<void> {
    await this.close()
    const released: FleetNode[] = []
    const peers: string[] = []
    try {
      for (const node of this.nodes) {
        this.#signal.throwIfAborted()
        released.push(node)
        // Left alone until it is up: who gives up on it before that cannot stop it either.
        const others = peers.flatMap(peer => ['--peer', peer])
        const ready = await this.#run(['up', '--detach', '--json', ...others, '--dir', node.dir])
        node.ready = JSON.parse(ready) as Ready
        peers.push(...node.ready.multiaddrs.slice(0, 1))
      }
    } catch (error) {
      await Promise.all(released.map(({ dir }) => this.#run(['down', '--dir', dir]).catch(() => {})))
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.all([
      ...this.nodes.map(({ client }) => client.close().catch(() => {})),
      ...[...this.#children].map(child => this.#end(child)),
      ...[...this.#links].map(link => link.close()),
    ])
    this.#links.clear()
  }

  async #end(child: ChildProcess): Promise<void> {
    const gone = exited(child)
    child.kill('SIGTERM')
    const patience = setTimeout(() => child.kill('SIGKILL'), this.#stopMs)
    await gone
    clearTimeout(patience)
  }

  /** Runs `moot up` and waits for the line that says it is ready. */
  async #launch(
    dir: string,
    args: readonly string[],
  ): Promise<Pick<FleetNode, 'process' | 'client' | 'ready'>> {
    this.#signal.throwIfAborted()
    const child = spawn(process.execPath, [this.#moot, 'up', '--json', '--dir', dir, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    const ready = await readyLine(child)
    const client = await connectSocket(dir)
    if (client === undefined) throw new Error(`${dir} does not answer on its socket`)
    return { process: child, client, ready }
  }
}

function readyLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    const timer = setTimeout(
      () => reject(new Error(`not ready after ${PATIENCE_MS / 1000} s: ${err}`)),
      PATIENCE_MS,
    )
    child.stderr?.on('data', data => {
      err += data
    })
    child.stdout?.on('data', data => {
      out += data
      const end = out.indexOf('\n')
      if (end < 0) return
      clearTimeout(timer)
      resolve(JSON.parse(out.slice(0, end)) as Ready)
    })
    child.once('error', reject)
    child.once('exit', code => {
      clearTimeout(timer)
      reject(new Error(`the node ended with ${code}: ${err.trim()}`))
    })
  })
}

function exited(child: ChildProcess): Promise<void> {
  return new Promise(resolve => child.once('exit', () => resolve()))
}

/** The port a node really listens on, which the link in front of it leads to. */
async function portOf(dir: string): Promise<number> {
  const { listen = [] } = JSON.parse(await readFile(join(dir, 'node.json'), 'utf8')) as { listen?: string[] }
  return Number(listen.map(address => /\/tcp\/(\d+)/.exec(address)?.[1]).find(Boolean) ?? 0)
}
