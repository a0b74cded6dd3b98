/**
 * How nodes agree: gossip for speed, anti-entropy for truth. SPEC.md has the rules and the bytes.
 *
 *   const transport = await openLibp2pTransport({ seed, mesh, listen, isMember })
 *   const addresses = () => transport.addresses()
 *   const replicator = new Replicator({ replica, transport, random: Math.random, now: Date.now(), addresses })
 *   await transport.start(replicator)
 *
 * Then, for as long as the node runs: `appended` after each commit, `flush` after each batch of writes, and `tick`
 * about ten times a second.
 */

export type { Fingerprint } from './fingerprint.ts'
export type { HubOptions } from './in-process-transport.ts'
export { InProcessHub } from './in-process-transport.ts'
export type { JoinRefusal, JoinReply, JoinRequest } from './join-messages.ts'
export { JOIN_VERSION } from './join-messages.ts'
export type { KnownFrontier } from './known-frontiers.ts'
export type { JoinServer, RequestJoinOptions, ServeJoinOptions } from './libp2p/join.ts'
export { requestJoin, serveJoin } from './libp2p/join.ts'
export type { Libp2pTransport, Libp2pTransportOptions } from './libp2p/libp2p-transport.ts'
export { openLibp2pTransport } from './libp2p/libp2p-transport.ts'
export * as syncLimits from './limits.ts'
export type { RefusalCode } from './messages.ts'
export { PROTOCOL_VERSION } from './messages.ts'
export type { PeerStatus, Progress } from './peer-status.ts'
export type { Replication, Run, RunOutcome, SyncReplica } from './replica-port.ts'
export { Replicator } from './replicator.ts'
export type { ReplicatorOptions } from './replicator-options.ts'
export type { Link, Transport, TransportHandler } from './transport.ts'
