import { UsageError } from '@folkmoot/core'
import type { MemoryNode } from '@folkmoot/node'
import type { Client } from '../wire.ts'
import { operate } from './operate.ts'
import { untilAborted } from './until-aborted.ts'

const never = new AbortController().signal

/**
 * The same operations without a socket: for a node in this process. Closing the client closes the node.
 * @param view the node as whoever asks may use it
 */
export function localClient(node: MemoryNode, view: MemoryNode = node): Client {
  const call = (method: string, params: unknown, { signal = never, ...options } = {}) => {
    const operating = operate(view, method, params, { signal, ...options })
    if (operating.kind !== 'call') throw new UsageError(`${method} is a stream`)
    return operating.result
  }
  const stream = (method: string, params: unknown, { signal = never } = {}) => {
    const operating = operate(view, method, params, { signal })
    if (operating.kind !== 'stream') throw new UsageError(`${method} is no stream`)
    return untilAborted(operating.items, signal)
  }
  return {
    call: async (method, params, options) => (await call(method, params, options)) as never,
    stream: (method, params, options) => stream(method, params, options) as AsyncIterable<never>,
    close: () => node.close(),
  }
}
