import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeId } from '@folkmoot/core'
import { write } from './identity.ts'

const FILE = 'peers.json'

export interface KnownAddresses {
  readonly node: NodeId
  readonly addresses: readonly string[]
}

/** Where peers were last seen. Only a hint: a missing or damaged file costs a node its memory of addresses. */
export function readPeers(dir: string): KnownAddresses[] {
  try {
    const peers: unknown = JSON.parse(readFileSync(join(dir, FILE), 'utf8'))
    return Array.isArray(peers) ? peers.filter(isKnownAddresses) : []
  } catch {
    return []
  }
}

export function writePeers(dir: string, peers: readonly KnownAddresses[]): void {
  write(dir, FILE, `${JSON.stringify(peers, null, 2)}\n`)
}

function isKnownAddresses(value: unknown): value is KnownAddresses {
  const { node, addresses } = (value ?? {}) as Partial<KnownAddresses>
  return (
    typeof node === 'string' &&
    Array.isArray(addresses) &&
    addresses.every(address => typeof address === 'string')
  )
}
