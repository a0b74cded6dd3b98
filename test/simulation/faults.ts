/** What goes wrong during a run: each fault begins at some time and ends at another. */
import type { SimulatedMesh } from './mesh.ts'
import type { SimulatedNode } from './node.ts'

type Fault = (mesh: SimulatedMesh, lastsMs: number) => void

const FAULTS: Readonly<Record<string, Fault>> = {
  partition(mesh, lastsMs) {
    const [some, others] = twoSides(mesh)
    block(mesh, some, others, lastsMs)
    block(mesh, others, some, lastsMs)
  },

  /** One side still hears the other. */
  'one-way partition': (mesh, lastsMs) => {
    const [some, others] = twoSides(mesh)
    block(mesh, some, others, lastsMs)
  },

  /** Messages pile up, and come after all: the connection lasts. */
  'clogged link': (mesh, lastsMs) => {
    const [one, other] = twoNodes(mesh)
    mesh.network.block(one.node, other.node)
    mesh.later(lastsMs, () => mesh.unblock(one.node, other.node))
  },

  'severed connection': mesh => {
    const [one, other] = twoNodes(mesh)
    mesh.network.sever(one.node, other.node)
  },

  'lossy network': (mesh, lastsMs) => {
    const loss = mesh.chance.next() * 0.05
    const gossipLoss = mesh.chance.next()
    const gossipTwice = mesh.chance.next() * 0.3
    for (const line of mesh.allLines()) Object.assign(line, { loss, gossipLoss, gossipTwice })
    mesh.later(lastsMs, () => {
      for (const line of mesh.allLines()) Object.assign(line, { loss: 0, gossipLoss: 0, gossipTwice: 0 })
    })
  },

  'slow link': (mesh, lastsMs) => {
    const [one, other] = twoNodes(mesh)
    const line = mesh.network.links.line(one.node, other.node)
    const delayMax = mesh.chance.between(100, 2_000)
    Object.assign(line, { delayMax })
    mesh.later(lastsMs, () => Object.assign(line, { delayMax: 20 }))
  },

  crash(mesh, lastsMs) {
    const node = mesh.chance.pick(mesh.nodes)
    if (node.isUp) node.crash()
    mesh.later(lastsMs, () => mesh.start(node))
  },

  'crash in a transaction': (mesh, lastsMs) => {
    const node = mesh.chance.pick(mesh.nodes)
    node.disk.doom(mesh.chance.hit(0.5) ? 'before-commit' : 'after-commit')
    mesh.later(lastsMs, () => mesh.start(node))
  },

  /** Waits until a node is fetching, and lets power fail right then. */
  'crash in a catch-up': (mesh, lastsMs) => {
    const node = mesh.chance.pick(mesh.nodes)
    const watch = (left: number) => {
      if (left <= 0) return
      if (node.isUp && node.replicator.progress().wanted > 0) {
        mesh.stats.count('crashes in a catch-up')
        if (mesh.chance.hit(0.5)) node.crash()
        else node.disk.doom('after-commit')
        mesh.later(2_000, () => mesh.start(node))
      } else mesh.later(5, () => watch(left - 5))
    }
    // Somebody who comes back has something to catch up with.
    if (node.isUp) node.crash()
    mesh.later(lastsMs, () => {
      mesh.start(node)
      watch(3_000)
    })
  },

  'full disk': (mesh, lastsMs) => {
    const node = mesh.chance.pick(mesh.nodes)
    node.disk.setFull(true)
    mesh.later(lastsMs, () => node.disk.setFull(false))
  },

  /** Mostly within what peers accept; now and then far ahead of them. */
  'clock jump': mesh => {
    const { chance } = mesh
    const far = chance.hit(0.15) ? 8 * 60_000 : 60_000
    chance.pick(mesh.nodes).clock.jump(chance.between(-60_000, far))
  },
}

/** Plans some faults for the next `durationMs`. */
export function planFaults(mesh: SimulatedMesh, count: number, durationMs: number): void {
  const names = Object.keys(FAULTS)
  for (let planned = 0; planned < count; planned++) {
    const name = mesh.chance.pick(names)
    const lastsMs = mesh.chance.between(300, 12_000)
    mesh.later(mesh.chance.between(0, durationMs), () => {
      mesh.stats.count(name)
      mesh.trace.say(`fault: ${name} for ${lastsMs}`)
      FAULTS[name]?.(mesh, lastsMs)
    })
  }
}

function twoSides(mesh: SimulatedMesh): readonly [readonly SimulatedNode[], readonly SimulatedNode[]] {
  const nodes = mesh.chance.shuffled(mesh.nodes)
  const cut = mesh.chance.between(1, nodes.length - 1)
  return [nodes.slice(0, cut), nodes.slice(cut)]
}

function twoNodes(mesh: SimulatedMesh): readonly [SimulatedNode, SimulatedNode] {
  const [one, other] = mesh.chance.shuffled(mesh.nodes)
  if (one === undefined || other === undefined) throw new Error('a mesh has at least two nodes')
  return [one, other]
}

/** Nothing passes from one side to the other; connections that are there break after a while. */
function block(
  mesh: SimulatedMesh,
  from: readonly SimulatedNode[],
  to: readonly SimulatedNode[],
  lastsMs: number,
): void {
  for (const { node } of from) {
    for (const { node: other } of to) {
      mesh.network.block(node, other)
      mesh.later(mesh.chance.between(1_000, 8_000), () => {
        if (mesh.network.links.line(node, other).blocked) mesh.network.sever(node, other)
      })
      mesh.later(lastsMs, () => mesh.unblock(node, other))
    }
  }
}
