/** What the doors let through, asked of a node: it answers, or refuses as Folkmoot does. */
import { canonicalJson, type Json } from '@folkmoot/core'
import { operate } from '@folkmoot/gateway'
import { type RamMesh, ramMesh } from '../../support/ram-mesh.ts'
import { bytesOf, Fault, type Target, textOf } from '../target.ts'
import { ASKED, ASKED_IN_VAIN } from './operation-samples.ts'

/** Questions that one mesh is asked before it is made anew: its answers get slower with what it holds. */
const QUESTIONS_PER_MESH = 150
const names = new Set<unknown>([...ASKED, ...ASKED_IN_VAIN].map(({ name }) => name))

let mesh: RamMesh | undefined
let asked = 0

export const OPERATION_TARGETS: readonly Target[] = [
  {
    name: 'operations about beliefs, on a node',
    shape: 'json',
    samples: () => ASKED.map(one => bytesOf(JSON.stringify(one))),
    cost: 20,
    take: async input => {
      const { name, params } = (JSON.parse(textOf(input)) ?? {}) as { name?: unknown; params?: unknown }
      // Others would wait for peers, or have targets of their own.
      if (typeof name !== 'string' || !names.has(name)) return false
      const node = await nodeAsked()
      const operating = operate(node, name, params, { signal: AbortSignal.timeout(10_000) })
      if (operating.kind !== 'call') throw new Fault('items')
      const answer = (await operating.result) ?? null
      if (JSON.stringify(JSON.parse(JSON.stringify(answer))) !== JSON.stringify(answer))
        throw new Fault(`no JSON: ${canonicalJson(answer as Json).slice(0, 300)}`)
      return true
    },
    refuses: error => error instanceof SyntaxError,
  },
]

/** Two who disagree about a door, and agree about a port; the first is an arbiter, and is asked. */
async function nodeAsked() {
  if (mesh === undefined || asked++ % QUESTIONS_PER_MESH === 0) {
    mesh = ramMesh(['ann', 'bob'])
    const [ann, bob] = mesh.nodes.map(({ node }) => node)
    await ann?.grant('agent=ann', { scope: '*', rights: ['read', 'write', 'arbitrate'] })
    await ann?.remember('open', { key: 'door' })
    await ann?.remember('The port is 8080', { key: 'port' })
    await bob?.remember('shut', { key: 'door' })
    mesh.meet()
  }
  const [first] = mesh.nodes
  if (first === undefined) throw new Error('nobody there')
  return first.node
}
