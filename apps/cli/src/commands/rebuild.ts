import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { createProgress } from '../print/progress.ts'
import { count } from '../print/words.ts'

export default command({
  about: 'Drops all derived state (rows, indexes, snapshots) and makes it anew from the entries.',
  words: [],
  flags: {},
  examples: ['moot rebuild', 'moot rebuild --json'],
  run: async invocation => {
    const client = await invocation.client()
    const progress = createProgress(invocation.around.err)
    const onProgress = (done: number, total: number) => progress.show('rebuild', done, total)
    const report = await client.call('rebuild', {}, { onProgress })
    progress.clear()
    return answer(invocation, report, () => {
      const from = count(report.entries, 'entry', 'entries')
      return `rebuilt ${count(report.records, 'record')} from ${from}\nroot ${report.root}\n`
    })
  },
})
