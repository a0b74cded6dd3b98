import { command } from '../command.ts'
import { LIMIT, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseCount } from '../input/numbers.ts'
import { answer } from '../print/answer.ts'
import { table } from '../print/table.ts'
import { ago, shortId } from '../print/words.ts'

export default command({
  about: 'Lists blocks.',
  words: [],
  flags: { scope: SCOPE, limit: LIMIT },
  examples: ['moot block list --scope app=shop'],
  run: async invocation => {
    const { scope, limit: most } = invocation.flags
    const limit = parseCount('limit', most, 1)
    const client = await invocation.client()
    const blocks = await client.call('block.list', given({ scope, limit }))
    return answer(invocation, blocks, screen => {
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
    })
  },
})
