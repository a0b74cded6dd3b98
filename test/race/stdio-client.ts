/** As much of an MCP client as a race needs: JSON-RPC 2.0, one message a line, over a server's standard streams. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const PROTOCOL_VERSION = '2025-06-18'

interface Reply {
  readonly id?: number
  readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text?: string }[] }
  readonly error?: { readonly message: string }
}

interface Waiting {
  readonly resolve: (result: NonNullable<Reply['result']>) => void
  readonly reject: (error: Error) => void
}

export class StdioClient {
  readonly #server: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #calls = 0

  static async start(script: string, env: { readonly [name: string]: string }): Promise<StdioClient> {
    const client = new StdioClient(script, env)
    const clientInfo = { name: 'race', version: '1' }
    await client.#request('initialize', { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo })
    client.#send({ method: 'notifications/initialized' })
    return client
  }

  private constructor(script: string, env: { readonly [name: string]: string }) {
    this.#server = spawn(process.execPath, [script], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    if (this.#server.stdout !== null)
      createInterface({ input: this.#server.stdout }).on('line', line => this.#receive(line))
    this.#server.stdin?.on('error', () => {})
    this.#server.once('exit', code => this.#fail(`the server ended with ${code}`))
  }

  /** The text that the tool answers with. @throws Error if the server or the tool reports one */
  async callTool(name: string, args: object): Promise<string> {
    const result = await this.#request('tools/call', { name, arguments: args })
    const text = result.content?.[0]?.text ?? ''
    if (result.isError === true) throw new Error(text)
    return text
  }

  async close(): Promise<void> {
    if (this.#server.exitCode !== null || this.#server.signalCode !== null) return
    const ended = once(this.#server, 'exit')
    this.#server.kill('SIGTERM')
    await ended
  }

  #request(method: string, params: object): Promise<NonNullable<Reply['result']>> {
    const id = ++this.#calls
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#send({ id, method, params })
    })
  }

  #send(message: object): void {
    this.#server.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }

  #receive(line: string): void {
    const { id, result, error } = JSON.parse(line) as Reply
    if (id === undefined) return
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (result !== undefined) waiting?.resolve(result)
    else waiting?.reject(new Error(error?.message ?? 'no result'))
  }

  #fail(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(why))
    this.#waiting.clear()
  }
}
