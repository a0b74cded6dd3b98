import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseShare } from '../input/numbers.ts'
import { answer } from '../print/answer.ts'
import { shortId } from '../print/words.ts'

export default command({
  about:
    'Says that what a memory states was checked, and how. It holds for that value: an update leaves it behind. ' +
    'A check of what one says oneself is shown as that, and does not count for --verified.',
  words: ['ID'],
  flags: {
    how: { type: 'string', hint: 'TEXT', about: 'how it was checked' },
    refuted: { type: 'boolean', about: 'it was found to be wrong' },
    confidence: { type: 'string', hint: 'X', about: 'how sure one can be of it now, from 0 to 1' },
    of: { type: 'string', hint: 'ENTRY', about: 'the value that was checked, of a memory in dispute' },
    scope: SCOPE,
  },
  examples: [
    'moot verify-claim port --how "asked the socket"',
    'moot verify-claim 3f2a91c04d11 --how "called the customer" --refuted',
  ],
  run: async invocation => {
    const { words, flags } = invocation
    const { how, refuted, of, scope } = flags
    if (how === undefined) throw new UsageError('--how TEXT is missing: say how it was checked')
    const confidence = parseShare('confidence', flags.confidence)
    const client = await invocation.client()
    const fields = { how, ...given({ refuted, confidence, of, scope }) }
    const report = await client.call('verifyClaim', { id: words[0] ?? '', ...fields })
    return answer(invocation, report, () => {
      const { outcome, independent } = report.verification
      return `${outcome} ${shortId(report.id)}${independent ? '' : ', by its own author'}\n`
    })
  },
})
