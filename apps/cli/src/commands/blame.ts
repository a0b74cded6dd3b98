import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { blameTable } from '../print/beliefs.ts'

export default command({
  about: 'Who stands behind each value and each tag of a memory as it is now, since when and why.',
  words: ['ID'],
  flags: { scope: SCOPE },
  examples: ['moot blame 3f2a91c04d11', 'moot blame currency --scope app=shop --json'],
  run: async invocation => {
    const { words, flags } = invocation
    const client = await invocation.client()
    const report = await client.call('blame', { id: words[0] ?? '', ...given({ scope: flags.scope }) })
    return answer(invocation, report, screen => blameTable(report, screen))
  },
})
