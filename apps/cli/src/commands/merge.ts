import { command } from '../command.ts'
import { DONE, REFUSED } from '../fault.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { fetchNames, type Names } from '../print/conflict.ts'
import { keptText, mergeText } from '../print/merge.ts'

export default command({
  about:
    'Takes in what was written in a branch, and takes the branch away. What was said outside in the meantime stays: where the two disagree, both values are listed. A branch of which anything does not count stays, until it is dropped.',
  words: ['BRANCH'],
  flags: { keep: { type: 'boolean', about: 'leave the branch, to go on in it' } },
  examples: ['moot merge what-if', 'moot merge what-if --keep --json'],
  takesNoBranch: true,
  run: async invocation => {
    const { words, flags, around } = invocation
    const client = await invocation.client()
    const merged = await client.call('merge', { branch: words[0] ?? '', ...given({ keep: flags.keep }) })
    const isListed = merged.conflicts.length > 0 && flags.json !== true
    const names: Names = isListed ? await fetchNames(client) : new Map()
    await answer(invocation, merged, screen => mergeText(merged, names, screen))
    if (merged.refused.length === 0) return DONE
    await around.err.write(keptText(merged))
    return REFUSED
  },
})
