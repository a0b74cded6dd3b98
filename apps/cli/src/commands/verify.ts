import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { DONE, REFUSED } from '../fault.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { createProgress } from '../print/progress.ts'
import type { Screen } from '../print/screen.ts'
import { count, shortId } from '../print/words.ts'

export default command({
  about:
    'Checks every entry again: hashes, signatures, rights, and that the derived state follows from them.',
  words: [],
  flags: {},
  examples: ['moot verify', 'moot verify --json'],
  run: async invocation => {
    const { around } = invocation
    const client = await invocation.client()
    const progress = createProgress(around.err)
    const onProgress = (done: number, total: number) => progress.show('verify', done, total)
    const report = await client.call('verify', {}, { onProgress })
    progress.clear()
    await answer(invocation, report, screen => verifyText(report, screen))
    if (report.valid) return DONE
    await around.err.write('moot: this directory does not verify\n')
    return REFUSED
  },
})

export function verifyText(report: Result<'verify'>, { paint }: Screen): string {
  const { valid, entries, logs, faults, uncounted, rowsDiffer } = report
  const verdict = valid ? paint.green('valid') : paint.red('NOT VALID')
  const lines = [
    `${verdict}: ${count(entries, 'entry', 'entries')} in ${count(logs, 'log')}`,
    ...faults.map(({ log, seq, reason }) => `  fault in log ${shortId(log)} at ${seq}: ${oneLine(reason)}`),
    ...uncounted.map(
      ({ entry, status, reason }) => `  ${shortId(entry)} does not count (${status}): ${oneLine(reason)}`,
    ),
    ...(rowsDiffer === 0 ? [] : [`  ${count(rowsDiffer, 'row')} not as the entries say: moot rebuild`]),
  ]
  return `${lines.join('\n')}\n`
}
