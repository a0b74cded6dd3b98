import { setTimeout as delay } from 'node:timers/promises'
import { type Client, connectSocket, readDoorToken, type Visitor } from '@folkmoot/gateway/client'
import type { MemoryNode } from '@folkmoot/node'
import { codeOf, RefusedError } from './fault.ts'
import type { OnProgress, Reach } from './surroundings.ts'

/** Two commands on one directory take turns; a node that is starting opens its socket within this. */
const BUSY_MS_MAX = 10_000
const BUSY_RETRY_MS = 50

/**
 * @param visitor who asks; the owner of the directory, if that is not said
 * @throws RefusedError if it has to be a running node and none runs
 */
export async function openClient(
  dir: string,
  onProgress: OnProgress,
  visitor: Visitor = {},
  reach: Reach = 'anywhere',
): Promise<Client> {
  const deadline = performance.now() + BUSY_MS_MAX
  for (;;) {
    const client = await connectSocket(dir, visitor)
    if (client !== undefined) return client
    if (reach === 'running') throw new RefusedError(`no node runs on ${dir}: start it with moot up`)
    try {
      return await openHere(dir, onProgress, visitor)
    } catch (error) {
      if (codeOf(error) !== 'busy' || performance.now() > deadline) throw error
    }
    await delay(BUSY_RETRY_MS)
  }
}

async function openHere(dir: string, onProgress: OnProgress, visitor: Visitor): Promise<Client> {
  const [{ openNode }, { localClient }] = await Promise.all([
    import('@folkmoot/node'),
    import('@folkmoot/gateway'),
  ])
  const node = await openNode({ dir, offline: true, onProgress })
  try {
    const view = viewFor(node, dir, visitor)
    return localClient(node, visitor.branch === undefined ? view : await view.branch(visitor.branch))
  } catch (error) {
    await node.close()
    throw error
  }
}

/** As the socket would let them in. @throws RefusedError */
function viewFor(node: MemoryNode, dir: string, { token, user }: Visitor): MemoryNode {
  const isOwner = token === undefined || token === readDoorToken(dir)
  const view = isOwner ? node : node.visitor(token)
  if (view === undefined) throw new RefusedError('the token is unknown or no longer good')
  return user === undefined ? view : view.as({ user })
}
