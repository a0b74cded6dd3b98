/** Memory nodes in RAM whose entries are carried by hand: a test says who has heard of what. */
import { tmpdir } from 'node:os'
import type { Judge } from '@folkmoot/arbiter'
import type { ScopeAddress, Work } from '@folkmoot/core'
import type { MemoryNode } from '../../packages/node/src/api.ts'
import { Broadcast } from '../../packages/node/src/broadcast.ts'
import { Erasures } from '../../packages/node/src/erasures.ts'
import { Inbox } from '../../packages/node/src/inbox.ts'
import { createMemoryNode } from '../../packages/node/src/memory-node.ts'
import { offlineMesh } from '../../packages/node/src/mesh.ts'
import type { Happening } from '../../packages/node/src/news.ts'
import { Turns } from '../../packages/node/src/reconcile/turns.ts'
import type { ChangedRow } from '../../packages/node/src/suspicions/suspicion-watch.ts'
import { Tokens } from '../../packages/node/src/tokens.ts'
import { ownerOf, type View, viewOf } from '../../packages/node/src/view.ts'
import { pull, type TestNode, testMesh } from './replicas.ts'

export interface RamNode {
  readonly at: TestNode
  readonly node: MemoryNode
  readonly view: View
  /** Told of all that changes here. */
  onChanged: (changed: readonly ChangedRow[]) => void
}

export interface RamMesh {
  readonly nodes: readonly RamNode[]
  /** Everybody hears of everything. */
  meet(): void
}

export function ramMesh(names: readonly string[], judge?: Judge): RamMesh {
  const { nodes } = testMesh(names)
  const all = nodes.map(at => ramNode(at, judge))
  const meet = () => {
    for (let round = 0; round < 2; round++)
      for (const to of nodes) for (const from of nodes) if (to !== from) pull(to, from)
  }
  return { nodes: all, meet }
}

function ramNode(at: TestNode, judge: Judge | undefined): RamNode {
  const { replica, clock } = at
  const process = (batch: readonly Work[]) => {
    clock.ms += 1
    replica.process(batch, news => self.onChanged(news.changed))
  }
  const inbox = new Inbox(process, tick => setImmediate(tick))
  const now = () => replica.now
  const home = {
    ...{ id: at.node, replica, inbox, ensureKey: undefined },
    reading: { resolver: 'latest' as const, authority: [], now },
  }
  const view = viewOf(home, ownerOf(at.node, replica, at.name))
  const dir = tmpdir()
  const node = createMemoryNode(
    {
      ...home,
      ...{ name: at.name, agent: at.name, dir, judge, turns: new Turns() },
      changes: new Broadcast<Happening>(),
      tokens: new Tokens(dir, now),
      mesh: offlineMesh(at.node, () => replica.membership),
      erasures: new Erasures(replica, view.writer, at.node),
      directoryFindings: () => [],
      keysOpened: async () => {},
      isLocal: (_: ScopeAddress) => false,
      close: async () => {},
    },
    view,
  )
  const self: RamNode = { at, node, view, onChanged: () => {} }
  return self
}
