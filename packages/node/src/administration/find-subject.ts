import {
  FolkmootError,
  type Membership,
  type NodeId,
  NotFoundError,
  parseNodeId,
  type Subject,
  UsageError,
} from '@folkmoot/core'

const AGENT = 'agent='
const NODE = 'node='

/**
 * Who is meant: an agent's name, a node's id, or a node's name that no other node has. Where a name is both, `agent=` or
 * `node=` before it says which; `agent=` also names an agent that nobody acts as yet.
 * @throws FolkmootError not-found | ambiguous | usage
 */
export function findSubject(membership: Membership, text: string): Subject {
  if (text.startsWith(AGENT)) return { agent: nameIn(text, AGENT) }
  if (text.startsWith(NODE)) return { node: findNode(membership, nameIn(text, NODE)) }
  const id = idIn(membership, text)
  if (id !== undefined) return { node: id }
  const nodes = nodesNamed(membership, text)
  if (!isAgent(membership, text)) {
    if (nodes.length === 0)
      throw new NotFoundError(`agent or node ${text}: write ${AGENT}${text} for an agent to come`)
    return { node: only(nodes, text) }
  }
  if (nodes.length === 0) return { agent: text }
  throw new FolkmootError(
    'ambiguous',
    `${text} is an agent and also a node: write ${AGENT}${text} or ${NODE}${text}`,
  )
}

/** A node by its id, or by a name that no other node has. @throws FolkmootError not-found | ambiguous | usage */
export function findNode(membership: Membership, text: string): NodeId {
  const name = text.startsWith(NODE) ? nameIn(text, NODE) : text
  const id = idIn(membership, name)
  if (id !== undefined) return id
  const nodes = nodesNamed(membership, name)
  if (nodes.length === 0) throw new NotFoundError(`node ${name}`)
  return only(nodes, name)
}

function nameIn(text: string, prefix: string): string {
  const name = text.slice(prefix.length)
  if (name === '') throw new UsageError(`${prefix} names nobody`)
  return name
}

/** Also of a node that is no member any more, and of a key that no node runs with. */
function idIn(membership: Membership, text: string): NodeId | undefined {
  let node: NodeId
  try {
    node = parseNodeId(text)
  } catch {
    return undefined
  }
  const isKnown = membership.member(node) !== undefined || membership.isAdmin(node)
  if (!isKnown) throw new NotFoundError(`node ${text} in this mesh`)
  return node
}

function nodesNamed(membership: Membership, name: string): readonly NodeId[] {
  return [...membership.members()].filter(member => member.name === name).map(({ node }) => node)
}

function isAgent(membership: Membership, name: string): boolean {
  for (const member of membership.members()) if (member.agent === name) return true
  return membership.edges().some(({ to }) => 'agent' in to && to.agent === name)
}

function only(nodes: readonly NodeId[], name: string): NodeId {
  const [first, second] = nodes
  if (first !== undefined && second === undefined) return first
  throw new FolkmootError(
    'ambiguous',
    `${nodes.length} nodes are called ${name}: give an id: ${nodes.join(', ')}`,
  )
}
