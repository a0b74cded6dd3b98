import { accessSync, constants, mkdirSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { RefusedError } from './fault.ts'
import { given } from './input/given.ts'

interface NewNode {
  readonly name: string
  readonly agent?: string | undefined
  readonly join?: string | undefined
  /** A mesh of its own whose payloads everybody can read who gets hold of them. */
  readonly clear?: boolean | undefined
  /** Where the key goes that outranks all others. */
  readonly recoveryKey?: string | undefined
}

/** Makes a node and closes it again. A directory made for nothing is taken away. */
export async function createDirectory(dir: string, wishes: NewNode) {
  const { name, agent, join, clear, recoveryKey } = wishes
  const { openNode } = await import('@folkmoot/node')
  makeDirectory(dir)
  try {
    const sealed = clear === true ? false : undefined
    const node = await openNode({ dir, name, offline: true, ...given({ agent, join, sealed, recoveryKey }) })
    const made = { mesh: node.mesh, node: node.id, agent: node.agent, name: node.name }
    await node.close()
    return made
  } catch (error) {
    removeIfEmpty(dir)
    throw error
  }
}

function makeDirectory(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new RefusedError(`cannot make ${dir}: ${(obstacle(dirname(dir)) ?? (error as Error)).message}`)
  }
}

/** Making a path, Node says that it is not there where it cannot be written to. */
function obstacle(parent: string): Error | undefined {
  try {
    accessSync(parent, constants.W_OK)
    return undefined
  } catch (error) {
    return error as Error
  }
}

function removeIfEmpty(dir: string): void {
  try {
    rmdirSync(dir)
  } catch {
    // Something is in it: whatever that is, it is not ours to delete.
  }
}
