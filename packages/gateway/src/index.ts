/** Doors to a node: what other programs of this machine reach it through. */
export type { BlockDoor } from './blocks/block-door.ts'
export type { BlockServer, BlockServerOptions } from './blocks/block-server.ts'
export { serveBlocks } from './blocks/block-server.ts'
export type { WireErrorCode, WireFault } from './errors.ts'
export { toFault, WireError } from './errors.ts'
export { grantedShape, revokedShape } from './operations/administration-shapes.ts'
export type {
  ConflictShape,
  PolicyShape,
  PolicyTestShape,
  SettledShape,
} from './operations/conflict-shapes.ts'
export { localClient } from './operations/local-client.ts'
export type { Operating } from './operations/operate.ts'
export { operate } from './operations/operate.ts'
export type { OperationContext } from './operations/operation.ts'
export type { BlockShape, CandidateShape, EventShape, MemoryShape } from './operations/shapes.ts'
export type { CallName, Item, OperationName, Params, Result, StreamName } from './operations/table.ts'
export { operations } from './operations/table.ts'
export type { SocketOptions } from './socket-connection.ts'
export type { SocketDoor } from './socket-server.ts'
export { serveSocket } from './socket-server.ts'
export type { CallOptions, Client, RequestOptions } from './wire.ts'
