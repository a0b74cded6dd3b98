import { FolkmootError, type NodeId, type Replica } from '@folkmoot/core'
import type { BlockReport, ReadOptions, WriteOptions, Written } from './api.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

const absent = () => new FolkmootError('usage', 'blocks are not here yet')

export class Blocks {
  constructor(_replica: Replica, _writer: Writer, _reader: Reader, _node: NodeId) {}
  async create(_key: string, _text: string, _options: WriteOptions): Promise<BlockReport> {
    throw absent()
  }
  show(_idOrKey: string, _options: ReadOptions): BlockReport | undefined {
    throw absent()
  }
  async edit(_idOrKey: string, _text: string, _options: WriteOptions): Promise<BlockReport> {
    throw absent()
  }
  state(_idOrKey: string, _options: { scope?: string; since?: Uint8Array }): Uint8Array {
    throw absent()
  }
  async applyUpdate(_idOrKey: string, _update: Uint8Array, _options: WriteOptions): Promise<Written> {
    throw absent()
  }
}
