import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { table } from '../print/table.ts'

export default command({
  about: 'Hashes of what is readable here: equal on two nodes if and only if they agree on everything.',
  words: [],
  flags: { scope: SCOPE },
  examples: ['moot state', 'moot state --scope app=shop --json'],
  run: async invocation => {
    const client = await invocation.client()
    const state = await client.call('state', given({ scope: invocation.flags.scope }))
    return answer(invocation, state, screen => {
      const columns = [
        { title: 'SCOPE', cell: ({ scope }: (typeof state.scopes)[number]) => scope },
        { title: 'RECORDS', cell: ({ records }: { records: number }) => String(records), align: 'right' },
        { title: 'ROOT', cell: ({ root }: { root: string }) => root },
      ] as const
      return `${screen.paint.bold(state.root)}\n${state.scopes.length === 0 ? '' : table(columns, state.scopes, screen)}`
    })
  },
})
