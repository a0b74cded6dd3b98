/** The doors that moot up opens beside the socket. A new one is added here and nowhere else. */
import type { MemoryNode } from '@folkmoot/node'
import { UsageError } from '../fault.ts'
import { parsePort } from '../input/numbers.ts'

export interface DoorFlags {
  readonly http?: string
  readonly blocks?: string
}

/** Ports; undefined leaves the door closed. */
export interface DoorPorts {
  readonly blocks: number | undefined
}

export interface Doors {
  readonly http: string | null
  readonly blocks: string | null
  close(): Promise<void>
}

/** @throws UsageError */
export function checkDoors({ http, blocks }: DoorFlags): DoorPorts {
  if (http !== undefined)
    throw new UsageError('--http is not built yet: use the socket, as every command does')
  if (blocks !== undefined) throw new UsageError('--blocks is not built yet')
  return { blocks: parsePort('blocks', blocks) }
}

export async function openDoors(_node: MemoryNode, _ports: DoorPorts): Promise<Doors> {
  return { http: null, blocks: null, close: async () => {} }
}
