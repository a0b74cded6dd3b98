/** What stands between one principal and the memory. */
import type { NodeId, Replica } from '@folkmoot/core'
import { Blocks } from './blocks.ts'
import { Finder } from './find.ts'
import type { Inbox } from './inbox.ts'
import { Policies } from './policies.ts'
import type { Members } from './present.ts'
import type { Principal } from './principal.ts'
import { Reader, type ReaderOptions } from './reader.ts'
import { Sight } from './sight.ts'
import { Writer, type WriterParts } from './writer.ts'

export interface View {
  readonly principal: Principal
  readonly sight: Sight
  readonly members: Members
  /** That members of the mesh act as. */
  readonly agents: () => ReadonlySet<string>
  readonly policies: Policies
  readonly reader: Reader
  readonly writer: Writer
  readonly blocks: Blocks
}

export interface ViewParts {
  readonly id: NodeId
  readonly replica: Replica
  readonly inbox: Inbox
  readonly reading: ReaderOptions
  readonly ensureKey: WriterParts['ensureKey']
}

export function viewOf(parts: ViewParts, principal: Principal): View {
  const { id: node, replica, inbox, reading, ensureKey } = parts
  const members: Members = { member: author => replica.membership.member(author) }
  const agents = () => new Set([...replica.membership.members()].map(({ agent }) => agent))
  const sight = new Sight(replica, principal, reading.now)
  const finder = new Finder(sight, replica)
  const policies = new Policies(sight, replica)
  const reader = new Reader(sight, finder, members, policies, reading)
  const writer = new Writer({
    ...{ replica, inbox, node, members, sight, finder },
    ...(ensureKey === undefined ? {} : { ensureKey }),
  })
  const blocks = new Blocks(sight, finder, writer)
  return { principal, sight, members, agents, policies, reader, writer, blocks }
}

/** The node as whoever has its directory uses it. */
export function ownerOf(node: NodeId, replica: Replica, agent: string): Principal {
  return {
    reader: { node, agent: replica.membership.member(node)?.agent ?? agent },
    limits: [],
    isOwner: true,
  }
}
