import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { count } from '../print/words.ts'

export default command({
  about:
    'Destroys what a run kept for itself on this node: every scope with run=RUN. It never left the node.',
  words: ['RUN'],
  flags: {},
  examples: ['moot end-run session-17'],
  run: async invocation => {
    const client = await invocation.client()
    const report = await client.call('endRun', { run: invocation.words[0] ?? '' })
    return answer(
      invocation,
      report,
      () => `ended run ${oneLine(report.run)}: ${count(report.records, 'record')} destroyed\n`,
    )
  },
})
