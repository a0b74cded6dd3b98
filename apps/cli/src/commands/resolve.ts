import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { REASON } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseCount } from '../input/numbers.ts'
import { readStatement } from '../input/text.ts'
import { answer } from '../print/answer.ts'
import { valueLine } from '../print/words.ts'

export default command({
  about: 'Settles a disagreement. The settlement is one more signed change: a later one can undo it.',
  words: ['CONFLICT'],
  flags: {
    pick: {
      type: 'string',
      hint: 'N',
      about: 'keep candidate N, counted from 1 as moot conflict shows them',
    },
    value: { type: 'string', hint: 'TEXT', about: 'say this instead (- reads stdin)' },
    defer: { type: 'boolean', about: 'leave it for later' },
    reason: REASON,
  },
  examples: [
    'moot resolve 3f2a91c04d1122334455667788990011.content --pick 1 --reason "the contract says so"',
    'moot resolve 3f2a91c04d1122334455667788990011.content --value "EUR, USD from 2027 on"',
  ],
  run: async invocation => {
    const { flags, words, around } = invocation
    const pick = parseCount('pick', flags.pick, 1)
    if ([pick, flags.value, flags.defer].filter(given => given !== undefined).length !== 1) {
      throw new UsageError('settle it by one of --pick N, --value TEXT, --defer')
    }
    const common = { conflict: words[0] ?? '', ...given({ reason: flags.reason }) }
    const value = flags.value === undefined ? undefined : await readStatement(flags.value, around)
    const client = await invocation.client()
    const settled = await client.call('resolve', {
      ...common,
      ...(pick !== undefined ? { pick } : value !== undefined ? { value } : { defer: true as const }),
    })
    return answer(invocation, settled, ({ paint }) =>
      flags.defer === true ? 'put off\n' : `settled: ${paint.bold(valueLine(settled.value))}\n`,
    )
  },
})
