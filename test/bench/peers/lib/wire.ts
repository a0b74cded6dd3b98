import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { until } from './clock.ts'

/** A relay on loopback that counts what passes through it, both ways, and can cut the line. */
export type Wire = {
  port: number
  /** Bytes since the last `reset`. */
  bytes: () => number
  /** Forgets the count; returns a function that gives the seconds from now to the last byte. */
  reset: () => () => number
  /** Ends every connection that is open now; new ones are let through. */
  cut: () => void
  /** Waits until nothing has passed for `ms` milliseconds in which this process was free to look. */
  quiet: (ms: number) => Promise<void>
  close: () => void
}

export async function countedWire(target: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  let count = 0
  let last = performance.now()
  const pass = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.setNoDelay(true)
    from.on('data', chunk => {
      count += chunk.byteLength
      last = performance.now()
      to.write(chunk)
    })
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server = createServer(near => {
    const far = connect(target, '127.0.0.1')
    pass(near, far)
    pass(far, near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => count,
    reset: () => {
      const start = performance.now()
      count = 0
      last = start
      return () => Number(((last - start) / 1000).toFixed(4))
    },
    cut,
    quiet: ms => {
      let looks = 0
      let before = count
      return until(() => {
        looks = count === before ? looks + 1 : 0
        before = count
        return looks * 20 > ms
      }, 20)
    },
    close: () => {
      cut()
      server.close()
    },
  }
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
