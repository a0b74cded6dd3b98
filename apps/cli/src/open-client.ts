import { setTimeout as delay } from 'node:timers/promises'
import { type Client, connectSocket } from '@folkmoot/gateway/client'
import { codeOf } from './fault.ts'
import type { OnProgress } from './surroundings.ts'

/** Two commands on one directory take turns; a node that is starting opens its socket within this. */
const BUSY_MS_MAX = 10_000
const BUSY_RETRY_MS = 50

export async function openClient(dir: string, onProgress: OnProgress): Promise<Client> {
  const deadline = performance.now() + BUSY_MS_MAX
  for (;;) {
    const client = await connectSocket(dir)
    if (client !== undefined) return client
    try {
      return await openHere(dir, onProgress)
    } catch (error) {
      if (codeOf(error) !== 'busy' || performance.now() > deadline) throw error
    }
    await delay(BUSY_RETRY_MS)
  }
}

async function openHere(dir: string, onProgress: OnProgress): Promise<Client> {
  const [{ openNode }, { localClient }] = await Promise.all([
    import('@folkmoot/node'),
    import('@folkmoot/gateway'),
  ])
  return localClient(await openNode({ dir, offline: true, onProgress }))
}
