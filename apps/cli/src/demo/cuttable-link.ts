import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * A TCP relay before one node's listener. Others are told this address, so that cutting it cuts their connections for
 * real: open sockets are destroyed and new ones refused until it heals.
 */
export class CuttableLink {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #target = 0
  #cut = false
  /** Bytes that crossed, both ways. */
  bytes = 0

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
    server.on('connection', near => this.#relay(near))
  }

  static async open(): Promise<CuttableLink> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    return new CuttableLink(server, typeof address === 'object' && address !== null ? address.port : 0)
  }

  /** What others dial. */
  get multiaddr(): string {
    return `/ip4/127.0.0.1/tcp/${this.port}`
  }

  leadTo(port: number): void {
    this.#target = port
  }

  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  heal(): void {
    this.#cut = false
  }

  close(): Promise<void> {
    this.cut()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }

  #relay(near: Socket): void {
    if (this.#cut || this.#target === 0) {
      near.destroy()
      return
    }
    const far = connect(this.#target, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('data', data => {
        this.bytes += data.length
      })
      from.on('error', () => from.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  }
}
