import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { LIMIT, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import type { Screen } from '../print/screen.ts'
import { table } from '../print/table.ts'
import { answerUpTo, parseLimit } from '../print/up-to.ts'
import { ago, shortId } from '../print/words.ts'

const SHOWN = 100

export default command({
  about: 'Lists blocks.',
  words: [],
  flags: { scope: SCOPE, limit: LIMIT },
  examples: ['moot block list --scope app=shop'],
  run: async invocation => {
    const { scope, limit: most } = invocation.flags
    const upTo = parseLimit(most, SHOWN)
    const client = await invocation.client()
    const found = await client.call('block.list', given({ scope, limit: upTo.asked }))
    return answerUpTo(invocation, upTo, found, blockTable, '--limit N shows up to 10,000')
  },
})

function blockTable(blocks: readonly Result<'block.list'>[number][], screen: Screen): string {
  if (blocks.length === 0) return 'no blocks here\n'
  return table(
    [
      { title: 'ID', cell: ({ id }) => shortId(id), paint: screen.paint.dim },
      { title: 'KEY', cell: ({ key }) => key ?? '' },
      { title: 'TEXT', cell: ({ text }) => text, flexible: true },
      { title: 'SCOPE', cell: ({ scope }) => scope },
      { title: 'WHEN', cell: ({ at }) => ago(at, screen.now) },
    ],
    blocks,
    screen,
  )
}
