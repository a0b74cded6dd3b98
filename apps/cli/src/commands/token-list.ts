import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { type Column, table } from '../print/table.ts'
import { ago } from '../print/words.ts'

type Token = Result<'token.list'>[number]

export default command({
  about: 'Lists the tokens for the local doors, with their limits. The tokens themselves are not kept.',
  words: [],
  flags: {},
  examples: ['moot token list', 'moot token list --json'],
  takesNoBranch: true,
  run: async invocation => {
    const client = await invocation.client()
    const tokens = await client.call('token.list', {})
    return answer(invocation, tokens, screen => {
      if (tokens.length === 0) return 'no tokens but that of the directory\n'
      const columns: Column<Token>[] = [
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'AGENT', cell: ({ agent }) => agent ?? '' },
        { title: 'USER', cell: ({ user }) => user ?? '' },
        { title: 'LIMITED TO', cell: limitsOf, flexible: true },
        { title: 'MADE', cell: ({ createdAt }) => ago(createdAt, screen.now) },
        { title: 'EXPIRES', cell: ({ expiresAt }) => (expiresAt === null ? '' : ago(expiresAt, screen.now)) },
      ]
      return table(columns, tokens, screen)
    })
  },
})

function limitsOf({ permissions }: Token): string {
  return (permissions ?? [])
    .map(limit => ('scope' in limit ? `${limit.scope}:${limit.rights.join(',')}` : limit.resource))
    .join(' ')
}
