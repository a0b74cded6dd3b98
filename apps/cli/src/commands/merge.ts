import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { DONE, REFUSED } from '../fault.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { conflictText, fetchNames, type Names } from '../print/conflict.ts'
import type { Screen } from '../print/screen.ts'
import { count, shortId } from '../print/words.ts'

export default command({
  about:
    'Takes in what was written in a branch, and takes the branch away. What was said outside in the meantime stays: where the two disagree, both values are listed.',
  words: ['BRANCH'],
  flags: { keep: { type: 'boolean', about: 'leave the branch, to go on in it' } },
  examples: ['moot merge what-if', 'moot merge what-if --keep --json'],
  run: async invocation => {
    const { words, flags, around } = invocation
    const client = await invocation.client()
    const merged = await client.call('merge', { branch: words[0] ?? '', ...given({ keep: flags.keep }) })
    const isListed = merged.conflicts.length > 0 && flags.json !== true
    const names: Names = isListed ? await fetchNames(client) : new Map()
    await answer(invocation, merged, screen => mergeText(merged, names, screen))
    if (merged.refused.length === 0) return DONE
    await around.err.write('moot: not all of it counts, so the branch is still there\n')
    return REFUSED
  },
})

function mergeText(merged: Result<'merge'>, names: Names, screen: Screen): string {
  const { branch, entries, records, conflicts, refused, kept } = merged
  const about = entries === 0 ? '' : ` about ${count(records.length, 'record')}`
  const left = kept ? ', which is still there' : ''
  const head = `merged ${count(entries, 'entry', 'entries')}${about} from branch ${oneLine(branch)}${left}\n`
  const disputes = conflicts.map(conflict => `\n${conflictText(conflict, names, screen)}`).join('')
  return `${head}${refused.map(refusalText).join('')}${disputes}`
}

function refusalText({ scope, log, entries, reason }: Result<'merge'>['refused'][number]): string {
  const where = scope === null ? `log ${shortId(log)}` : oneLine(scope)
  return `  ${count(entries, 'entry', 'entries')} in ${where} refused: ${oneLine(reason)}\n`
}
