import type { MemoryNode } from '../api.ts'
import { ARGUMENTS } from './arguments.ts'

/** These answer with a stream, at once. */
const STREAMS: ReadonlySet<string> = new Set<keyof MemoryNode>(['watch', 'export'])

type Asked = (...given: readonly unknown[]) => unknown

/**
 * The same node, whose callers are told in one line what they got wrong before anything is done: types do not hold for
 * everybody who embeds one.
 */
export function checked(node: MemoryNode): MemoryNode {
  const functions = Object.entries(ARGUMENTS).map(([name, takes]) => {
    const asked = node[name as keyof typeof ARGUMENTS] as Asked
    const answer: Asked = (...given) => {
      for (const [i, [argument, check]] of takes.entries()) check(argument, given[i])
      return asked(...given)
    }
    // A promise is refused, not thrown at.
    return [name, STREAMS.has(name) ? answer : async (...given: readonly unknown[]) => answer(...given)]
  })
  return { ...node, ...(Object.fromEntries(functions) as Pick<MemoryNode, keyof typeof ARGUMENTS>) }
}
