/**
 * How nodes agree: gossip for speed, anti-entropy for truth. SPEC.md has the rules and the bytes.
 *
 *   const transport = await openLibp2pTransport({ seed, mesh, listen, isMember })
 *   const replicator = new Replicator({ replica, transport, random, now, addresses: transport.addresses })
 *   await transport.start(replicator)
 *   // for ever: replicator.appended(…) after each commit, flush() after each batch, tick(now) a few times a second
 */

export type { Fingerprint } from './fingerprint.ts'
export type { HubOptions } from './in-process-transport.ts'
export { InProcessHub } from './in-process-transport.ts'
export * as syncLimits from './limits.ts'
export type { RefusalCode } from './messages.ts'
export { PROTOCOL_VERSION } from './messages.ts'
export type { Replication, Run, RunOutcome, SyncReplica } from './replica-port.ts'
export type { PeerStatus, Progress, ReplicatorOptions } from './replicator.ts'
export { Replicator } from './replicator.ts'
export type { Link, Transport, TransportHandler } from './transport.ts'
