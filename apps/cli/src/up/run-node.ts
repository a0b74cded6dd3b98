import { serveSocket } from '@folkmoot/gateway'
import { openNode } from '@folkmoot/node'
import type { parseResolver } from '../flags.ts'
import { given } from '../input/given.ts'
import { createProgress } from '../print/progress.ts'
import type { Surroundings } from '../surroundings.ts'
import type { ArbiterWishes } from './arbiter.ts'
import { tellParent } from './detach.ts'
import { type DoorPorts, openDoors } from './doors.ts'
import { meetFirst } from './first-meeting.ts'
import { type Ready, readyOf } from './ready.ts'
import type { Replication } from './replication.ts'

interface UpOptions {
  readonly dir: string
  /** What the node was made to act as: anything else is refused. */
  readonly agent?: string
  readonly join?: string
  readonly listen?: readonly string[]
  readonly announce?: readonly string[]
  readonly peer?: readonly string[]
  readonly replicate?: readonly Replication[] | undefined
  readonly resolver?: ReturnType<typeof parseResolver>
  readonly authority?: readonly string[] | undefined
  readonly arbiter?: ArbiterWishes | undefined
  readonly suspect?: boolean
  readonly doors: DoorPorts
}

/** From open to close. Stops at a signal or at `moot down`, whichever comes first. */
export async function runNode(
  options: UpOptions,
  around: Surroundings,
  tell: (ready: Ready) => Promise<unknown>,
): Promise<undefined> {
  const signal = around.untilStopped()
  const {
    dir,
    agent,
    join,
    listen,
    announce,
    peer: peers,
    replicate,
    resolver,
    authority,
    arbiter,
    suspect,
    doors: ports,
  } = options
  const progress = createProgress(around.err)
  const wishes = given({
    agent,
    join,
    listen,
    announce,
    peers,
    replicate,
    resolver,
    authority,
    arbiter,
    suspect,
  })
  const onNotice = (line: string) => void around.err.write(`moot: ${line}\n`).catch(() => {})
  const node = await openNode({ dir, onProgress: progress.show, onNotice, signal, ...wishes })

  const stopped = Promise.withResolvers<void>()
  const onDown = async () => {
    await node.close()
    stopped.resolve()
  }
  try {
    const socket = await serveSocket(node, dir, { onDown })
    try {
      const doors = await openDoors(node, ports)
      try {
        await meetFirst(node, signal)
        progress.clear()
        const ready = readyOf(node.id, node.mesh, node.listenAddresses(), doors)
        await tell(ready)
        tellParent(ready)
        await Promise.race([stopped.promise, aborted(signal)])
      } finally {
        await doors.close()
      }
    } finally {
      await socket.close()
    }
  } finally {
    await node.close()
  }
  return undefined
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
