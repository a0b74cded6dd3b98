import { command } from '../command.ts'
import { LIMIT, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { answer } from '../print/answer.ts'
import { createProgress } from '../print/progress.ts'
import { scanText } from '../print/suspicions.ts'
import { parseMost } from '../print/up-to.ts'

export default command({
  about:
    'Looks for memories of one scope that contradict or repeat each other, by rules alone. With an ID only near that one. Nothing is settled by it: what it keeps are conflicts to judge, and links.',
  words: ['[ID]'],
  flags: {
    scope: SCOPE,
    record: { type: 'boolean', about: 'keep what is found: contradictions as conflicts, the rest as links' },
    limit: LIMIT,
  },
  examples: ['moot scan', 'moot scan --scope app=shop --record', 'moot scan 3f2a91c04d11 --json'],
  run: async invocation => {
    const { flags, around, words } = invocation
    const limit = parseMost(flags.limit)
    const asked = given({ id: words[0], scope: flags.scope, record: flags.record, limit })
    const client = await invocation.client()
    const progress = createProgress(around.err)
    const onProgress = (done: number, total: number) => progress.show('scan', done, total)
    try {
      const report = await client.call('scan', asked, { onProgress })
      progress.clear()
      return await answer(invocation, report, screen => scanText(report, screen))
    } finally {
      progress.clear()
    }
  },
})
