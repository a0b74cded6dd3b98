import { setTimeout as sleep } from 'node:timers/promises'
import type { MemoryNode } from '@folkmoot/node'

/** Nobody waits longer than this for a node to be up. */
const PATIENCE_MS = 3000
const POLL_MS = 20

/**
 * A node that has just joined is of use once it knows what the others know: waits until it has met a peer and has its
 * news. That nobody is there is no reason not to start.
 */
export async function meetFirst(node: MemoryNode, stopped: AbortSignal): Promise<void> {
  const isBlank = (await node.state()).scopes.length === 0 && (await node.peers()).length > 0
  if (!isBlank) return
  const patience = AbortSignal.any([stopped, AbortSignal.timeout(PATIENCE_MS)])
  try {
    while (!(await node.peers()).some(peer => peer.connected))
      await sleep(POLL_MS, undefined, { signal: patience })
    await node.refresh(patience)
  } catch (error) {
    if (!patience.aborted) throw error
  }
}
