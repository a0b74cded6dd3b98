import type { MemoryNode } from '@folkmoot/node'

/** What the block door needs of a node. */
export type BlockDoor = Pick<
  MemoryNode,
  'id' | 'block' | 'blockState' | 'applyBlockUpdate' | 'peers' | 'watch'
>
