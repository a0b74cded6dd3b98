/**
 * Removing a reader from a scope of 300: a new key, wrapped to the 299 who stay, in a signed and durable entry. What is
 * timed is what an admin waits for: from asking for the removal to the new key being stored and usable. A node with
 * other admins in reach waits up to three seconds more for them to store the removal.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { admit, type NodeId, parseScope, removeNode, scopeId } from '@folkmoot/core'
import { newSeed, signerFrom } from '../../packages/node/src/identity.ts'
import { foundMeshIn, type HandNode } from '../../packages/node/src/testing/hand-node.ts'

export interface RekeyOptions {
  readonly readers?: number
  readonly rounds?: number
}

export interface RekeyResult {
  readonly readers: number
  /** Of each round: a reader removed, then a new key. */
  readonly milliseconds: readonly number[]
  /** Size of the new key's entry, as it travels to everybody. */
  readonly bytes: number
}

export async function rekeyTask({ readers = 300, rounds = 7 }: RekeyOptions = {}): Promise<RekeyResult> {
  const home = mkdtempSync(join(tmpdir(), 'folkmoot-rekey-'))
  const founder = await foundMeshIn(home)
  const address = parseScope('app=default')
  const scope = scopeId(founder.replica.names, address)
  try {
    const others = Array.from({ length: readers - 1 }, () => signerFrom(newSeed()).node)
    for (const [i, node] of others.entries()) await founder.write(admit(node, `reader ${i}`, 'admin'))
    await founder.remember('the first key')
    await founder.settled()
    const milliseconds: number[] = []
    for (const node of others.slice(0, rounds)) milliseconds.push(await removeOne(founder, node, address))
    const last = founder.replica.membership.keysOf(scope).at(-1)
    const size = last && founder.replica.storage.entries.find(last.entry)?.entry.payloadSize
    return { readers, milliseconds, bytes: size ?? 0 }
  } finally {
    await founder.close()
    rmSync(home, { recursive: true, force: true })
  }
}

async function removeOne(
  founder: HandNode,
  node: NodeId,
  address: ReturnType<typeof parseScope>,
): Promise<number> {
  const from = performance.now()
  for (const plan of removeNode(node, [])) await founder.write(plan)
  await founder.keeper.ensure(address)
  return performance.now() - from
}
