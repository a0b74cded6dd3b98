/** Three nodes of which two disagree: where most tests of settling begin. */
import { DEFAULT_SCOPE, type DocumentId, type DocumentRow, type Json, remember } from '@folkmoot/core'
import { expect } from 'vitest'
import { pull, type TestNode, testMesh, write } from './replicas.ts'

export function scene() {
  const { mesh, nodes } = testMesh(['ann', 'bob', 'cid'])
  const [ann, bob, cid] = nodes as [TestNode, TestNode, TestNode]
  /** Everybody hears everything, and believes the same. */
  const meet = () => {
    for (let i = 0; i < 2; i++)
      for (const to of nodes) for (const from of nodes) if (to !== from) pull(to, from)
    expect(new Set(nodes.map(at => at.replica.roots.root())).size).toBe(1)
  }
  const say = (at: TestNode, content: Json, registers: Record<string, Json> = {}, key = 'door') =>
    write(at, remember({ scope: DEFAULT_SCOPE, key, content, registers }, { names: mesh, node: at.node }))
      .row as DocumentRow
  /** As every node has it; asked after a meeting. */
  const row = (id: DocumentId): DocumentRow => {
    const [first, ...others] = nodes.map(at => at.storage.rows.get(id) as DocumentRow)
    for (const other of others) expect(other).toEqual(first)
    return first as DocumentRow
  }
  return { mesh, ann, bob, cid, meet, say, row }
}

/** Ann says `open` and Bob, a little later and without having heard her, `shut`. Then everybody meets. */
export function dispute(registers: Record<string, Json> = {}) {
  const all = scene()
  const { id } = all.say(all.ann, 'open', registers)
  all.bob.clock.ms += 10
  all.say(all.bob, 'shut', registers)
  all.meet()
  return { ...all, id }
}

export function contents(row: DocumentRow | undefined): readonly Json[] {
  return row?.registers.content?.map(({ value }) => value) ?? []
}
