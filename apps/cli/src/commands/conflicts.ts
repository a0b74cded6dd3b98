import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { EXPIRED, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { conflictTable, conflictText, fetchNames } from '../print/conflict.ts'

/** So few are shown in full, with what to type; more as a table. */
const FULL_MAX = 5

const STATUSES = ['open', 'claimed', 'deferred', 'resolved'] as const
const CAUSES = ['concurrent-values', 'update-versus-retract', 'suspected-contradiction'] as const

export default command({
  about: 'Lists what agents disagree on: the most important first, of equals the oldest.',
  words: [],
  flags: {
    scope: SCOPE,
    all: { type: 'boolean', about: 'also those that are settled' },
    status: { type: 'string', hint: STATUSES.join('|'), about: 'only these' },
    cause: { type: 'string', hint: CAUSES.join('|'), about: 'only these' },
    expired: EXPIRED,
  },
  examples: ['moot conflicts', 'moot conflicts --all --json', 'moot conflicts --status deferred'],
  run: async invocation => {
    const { scope, all, expired, json } = invocation.flags
    const status = oneOf('status', STATUSES, invocation.flags.status)
    const cause = oneOf('cause', CAUSES, invocation.flags.cause)
    const client = await invocation.client()
    const conflicts = await client.call('conflicts', given({ scope, all, expired, status, cause }))
    const few = conflicts.length <= FULL_MAX && json !== true
    const names = few ? await fetchNames(client) : new Map()
    return answer(invocation, conflicts, screen => {
      if (conflicts.length === 0) return 'no conflicts\n'
      if (few) return conflicts.map(conflict => conflictText(conflict, names, screen)).join('\n')
      return conflictTable(conflicts, screen)
    })
  },
})

/** @throws UsageError */
function oneOf<Word extends string>(flag: string, words: readonly Word[], text: string | undefined) {
  const found = words.find(word => word === text)
  if (text !== undefined && found === undefined)
    throw new UsageError(`--${flag} ${text}: one of ${words.join(', ')}`)
  return found
}
