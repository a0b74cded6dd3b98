/**
 * For runs in liveness mode: one thing is broken and stays so. Faults that are spread evenly hide what happens then,
 * for each of them ends before anybody has to do without.
 */
import type { SimulatedMesh } from './mesh.ts'

const RESTART_MS = 3_000
const WATCH_MS = 3

const PERMANENT: Readonly<Record<string, (mesh: SimulatedMesh) => void>> = {
  'bad for ever: a link'(mesh) {
    for (const [from, to] of linkOf(mesh)) blockForEver(mesh, from, to)
  },

  'bad for ever: one direction of a link'(mesh) {
    const [[from, to]] = linkOf(mesh)
    blockForEver(mesh, from, to)
  },

  /** The connection stands, and nothing comes through in one direction. */
  'bad for ever: a clogged link'(mesh) {
    const [[from, to]] = linkOf(mesh)
    mesh.badLines.add(mesh.network.links.line(from.node, to.node))
    const clogWhenConnected = () => {
      if (mesh.network.isConnected(from.node, to.node)) mesh.network.block(from.node, to.node)
      else mesh.later(50, clogWhenConnected)
    }
    clogWhenConnected()
  },

  'bad for ever: a node cut off'(mesh) {
    const node = victim(mesh)
    for (const other of mesh.nodes) {
      if (other === node) continue
      blockForEver(mesh, node, other)
      blockForEver(mesh, other, node)
    }
  },

  'bad for ever: a node that is mute'(mesh) {
    const node = victim(mesh)
    for (const other of mesh.nodes) if (other !== node) blockForEver(mesh, node, other, { after: 4_000 })
  },

  /** It falls silent when it has just been asked for something; its connections stand, or break before long. */
  'bad for ever: a node that owes an answer'(mesh) {
    const node = victim(mesh)
    const severs = mesh.chance.hit(0.5)
    const watch = () => {
      const isAsked = mesh.healthy.some(other => other.isUp && owes(node, other))
      if (!isAsked || !node.isUp) return mesh.later(WATCH_MS, watch)
      mesh.stats.count('fell silent when asked')
      for (const other of mesh.nodes) if (other !== node) blockForEver(mesh, node, other, { severs })
    }
    mesh.later(mesh.chance.between(0, 10_000), watch)
  },

  'bad for ever: a full disk'(mesh) {
    const node = victim(mesh)
    mesh.later(mesh.chance.between(0, 10_000), () => node.disk.setFull(true))
  },

  'bad for ever: a node that keeps crashing'(mesh) {
    const node = victim(mesh)
    const crashAgain = () => {
      if (node.isUp) node.crash()
      else mesh.start(node)
      mesh.later(mesh.chance.between(1, RESTART_MS), crashAgain)
    }
    crashAgain()
  },
}

export function makePermanent(mesh: SimulatedMesh): void {
  const name = mesh.chance.pick(Object.keys(PERMANENT))
  mesh.stats.count(name)
  mesh.trace.say(name)
  PERMANENT[name]?.(mesh)
}

function victim(mesh: SimulatedMesh): SimulatedMesh['nodes'][number] {
  const node = mesh.chance.pick(mesh.nodes)
  mesh.badNodes.add(node)
  return node
}

type Nodes = SimulatedMesh['nodes'][number]

function linkOf(mesh: SimulatedMesh): readonly [readonly [Nodes, Nodes], readonly [Nodes, Nodes]] {
  const [one, other] = mesh.chance.shuffled(mesh.nodes)
  if (one === undefined || other === undefined) throw new Error('a mesh has at least two nodes')
  return [
    [one, other],
    [other, one],
  ]
}

/** `other` knows that `node` has something it lacks, and may have asked for it. */
function owes(node: Nodes, other: Nodes): boolean {
  return other.replicator
    .peers()
    .some(peer => peer.node === node.node && peer.connected && peer.lagEntries > 0)
}

function blockForEver(
  mesh: SimulatedMesh,
  from: Nodes,
  to: Nodes,
  how: { after?: number; severs?: boolean } = {},
): void {
  const { after = 0, severs = true } = how
  mesh.badLines.add(mesh.network.links.line(from.node, to.node))
  mesh.later(after, () => {
    mesh.network.block(from.node, to.node)
    if (severs) mesh.later(5_000, () => mesh.network.sever(from.node, to.node))
  })
}
