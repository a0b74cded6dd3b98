/** The built command, run as people run it: one process a command, one process a node. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const MOOT = fileURLToPath(new URL('../../apps/cli/bin/moot.js', import.meta.url))
/** What takes longer is broken, not slow. */
const PATIENCE_MS = 30_000
const POLL_MS = 25

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly env?: { readonly [name: string]: string | undefined }
  /** The program and its first arguments; our own Node and moot by default. */
  readonly program?: readonly [string, ...string[]]
}

/** Directories and nodes of one test file; `close` takes all of it away. */
export class Bench {
  readonly home = mkdtempSync(join(tmpdir(), 'folkmoot-cli-'))
  readonly #children = new Set<ChildProcess>()

  path(...names: string[]): string {
    return join(this.home, ...names)
  }

  /** Types a command and waits until it has ended. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const child = this.#spawn(args, options)
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input ?? '')
    const [out, err, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), exitOf(child)])
    return { code, out, err }
  }

  /** The one JSON document that a command prints. @throws Error if it fails */
  async json<T = unknown>(dir: string, ...args: string[]): Promise<T> {
    const { code, out, err } = await this.run([...args, '--json', '--dir', dir])
    if (code !== 0) throw new Error(`moot ${args.join(' ')} ended with ${code}: ${err}`)
    return JSON.parse(out) as T
  }

  /** A node that runs until it is stopped. @throws Error if it does not come up */
  async up(dir: string, ...args: string[]): Promise<RunningNode> {
    const child = this.#spawn(['up', '--json', '--dir', dir, ...args], {})
    const node = new RunningNode(dir, child)
    await node.line(0)
    return node
  }

  /** A command that goes on, such as watch. */
  start(...args: string[]): Running {
    return new Running(this.#spawn(args, {}))
  }

  async close(): Promise<void> {
    const left = [...this.#children]
    for (const child of left) child.kill('SIGKILL')
    await Promise.all(left.map(exitOf))
    rmSync(this.home, { recursive: true, force: true })
  }

  #spawn(args: readonly string[], { env, program = [process.execPath, MOOT] }: RunOptions): ChildProcess {
    const [file, ...first] = program
    const child = spawn(file, [...first, ...args], {
      stdio: 'pipe',
      env: { ...process.env, HOME: this.home, MOOT_DIR: '', ...env },
    })
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    return child
  }
}

/** A process whose lines come while it runs. */
export class Running {
  readonly #child: ChildProcess
  readonly #exit: Promise<number | null>
  #out = ''
  #err = ''

  constructor(child: ChildProcess) {
    this.#child = child
    this.#exit = exitOf(child)
    child.stdout?.on('data', data => {
      this.#out += data
    })
    child.stderr?.on('data', data => {
      this.#err += data
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get err(): string {
    return this.#err
  }

  get lines(): readonly string[] {
    return this.#out.split('\n').slice(0, -1)
  }

  /** The line of stdout with that number, once it is there. */
  async line(number: number): Promise<string> {
    await until(() => this.lines.length > number || !this.isRunning)
    const line = this.lines[number]
    if (line === undefined) throw new Error(`it ended with ${await this.#exit}: ${this.#err}`)
    return line
  }

  /** Gives the exit code; null if the signal was what ended it. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.isRunning) this.#child.kill(signal)
    return this.#exit
  }
}

export interface ReadyLine {
  readonly node: string
  readonly mesh: string
  readonly multiaddrs: readonly string[]
  readonly pid: number
}

export class RunningNode extends Running {
  readonly dir: string

  constructor(dir: string, child: ChildProcess) {
    super(child)
    this.dir = dir
  }

  get ready(): ReadyLine {
    return JSON.parse(this.lines[0] ?? '{}') as ReadyLine
  }
}

/** Polls until it is so. @throws Error if that takes too long */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s for ${isSo}`)
    await sleep(POLL_MS)
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise(resolve => child.once('exit', resolve))
}

async function textOf(stream: AsyncIterable<Buffer> | null | undefined): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream ?? []) parts.push(part)
  return Buffer.concat(parts).toString()
}
