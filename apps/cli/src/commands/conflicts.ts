import { command } from '../command.ts'
import { EXPIRED, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { conflictTable, conflictText, fetchNames } from '../print/conflict.ts'

/** So few are shown in full, with what to type; more as a table. */
const FULL_MAX = 5

export default command({
  about: 'Lists what agents disagree on.',
  words: [],
  flags: { scope: SCOPE, all: { type: 'boolean', about: 'also those that are settled' }, expired: EXPIRED },
  examples: ['moot conflicts', 'moot conflicts --all --json'],
  run: async invocation => {
    const { scope, all, expired, json } = invocation.flags
    const client = await invocation.client()
    const conflicts = await client.call('conflicts', given({ scope, all, expired }))
    const few = conflicts.length <= FULL_MAX && json !== true
    const names = few ? await fetchNames(client) : new Map()
    return answer(invocation, conflicts, screen => {
      if (conflicts.length === 0) return 'no conflicts\n'
      if (few) return conflicts.map(conflict => conflictText(conflict, names, screen)).join('\n')
      return conflictTable(conflicts, screen)
    })
  },
})
