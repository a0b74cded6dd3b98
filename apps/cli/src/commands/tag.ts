import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { shortId } from '../print/words.ts'

export default command({
  about: 'Adds tags (+T) to a memory and takes tags (-T) away.',
  words: ['ID', '[+T|-T]...'],
  flags: {
    scope: SCOPE,
    add: { type: 'string', multiple: true, hint: 'T', about: 'the same as +T' },
    remove: { type: 'string', multiple: true, hint: 'T', about: 'the same as -T' },
  },
  examples: ['moot tag 3f2a91c04d11 +travel -draft'],
  // `-draft` would be read as five flags, `+travel` as a word.
  prepare: args =>
    args.map(arg => {
      if (/^-[^-]/.test(arg)) return `--remove=${arg.slice(1)}`
      return /^\+./.test(arg) ? `--add=${arg.slice(1)}` : arg
    }),
  run: async invocation => {
    const { words, flags } = invocation
    const { add, remove, scope } = flags
    if (words[1] !== undefined) throw new UsageError(`${words[1]} is neither +T nor -T`)
    if (add === undefined && remove === undefined)
      throw new UsageError('which tag? +T adds one, -T takes one away')
    const client = await invocation.client()
    const changed = await client.call('tag', { id: words[0] ?? '', ...given({ add, remove, scope }) })
    return answer(invocation, changed, () => `tagged ${shortId(changed.id)}\n`)
  },
})
