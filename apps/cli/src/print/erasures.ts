import type { Invocation } from '../command.ts'
import { answer } from './answer.ts'
import { table } from './table.ts'
import { count, shortId, shortNode } from './words.ts'

/** `moot erase --status`: what was erased, who has confirmed it and who has not. */
export async function erasureStatus(
  invocation: Pick<Invocation, 'flags' | 'around' | 'client'>,
  wanted: string | undefined,
): Promise<undefined> {
  const client = await invocation.client()
  const all = await client.call('erasures', {})
  const found = wanted === undefined ? all : all.filter(({ id }) => id?.startsWith(wanted))
  return answer(invocation, found, screen => {
    if (found.length === 0) return 'nothing has been erased\n'
    return table(
      [
        { title: 'MEMORY', cell: ({ id }) => (id === null ? '(not readable here)' : shortId(id)) },
        { title: 'ERASED', cell: ({ at }) => at },
        { title: 'CONFIRMED BY', cell: ({ receipts }) => count(receipts.length, 'node') },
        { title: 'PENDING', cell: ({ pending }) => pending.map(holder).join(' ') || '-', flexible: true },
      ],
      found,
      screen,
    )
  })
}

/** A node, or a branch of this one. */
function holder(name: string): string {
  return name.startsWith('branch ') ? name : shortNode(name)
}
