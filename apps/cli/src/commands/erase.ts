import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { REASON, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { erasureStatus } from '../print/erasures.ts'
import { count, shortId } from '../print/words.ts'

export default command({
  about:
    'Destroys a memory here and on every honest node. A peer that has read it cannot be made to unsee it.',
  words: ['[ID]'],
  flags: {
    scope: SCOPE,
    reason: REASON,
    wait: { type: 'boolean', about: 'wait for the receipts of all nodes that can be reached' },
    status: { type: 'boolean', about: 'list what was erased, who has confirmed it and who has not' },
  },
  examples: ['moot erase 3f2a91c04d11', 'moot erase 3f2a91c04d11 --wait --json', 'moot erase --status'],
  run: async invocation => {
    const { words, flags } = invocation
    const { scope, reason, wait, status } = flags
    const [id] = words
    if (status === true) return erasureStatus(invocation, id)
    if (id === undefined) throw new UsageError('which memory is to be erased? give its ID, or --status')
    const client = await invocation.client()
    const report = await client.call('erase', { id, ...given({ scope, reason, wait }) })
    return answer(invocation, report, () => {
      const pending = report.pending.length === 0 ? '' : `, ${report.pending.length} yet to confirm`
      return `erased ${shortId(report.id)}: ${count(report.receipts.length, 'receipt')}${pending}\n`
    })
  },
})
