/** The part of @orbitdb/core that is used here; the package ships no types. */
declare module '@orbitdb/core' {
  import type { EventEmitter } from 'node:events'

  export type KeyValue = {
    address: string
    events: EventEmitter
    put: (key: string, value: unknown) => Promise<string>
    all: () => Promise<{ key: string; value: unknown; hash: string }[]>
    close: () => Promise<void>
  }

  export type OrbitDB = {
    open: (address: string, options: { type: 'keyvalue'; sync?: boolean }) => Promise<KeyValue>
    stop: () => Promise<void>
  }

  export function createOrbitDB(options: { ipfs: unknown; id: string; directory: string }): Promise<OrbitDB>
}
