import { command } from '../command.ts'
import { DONE, REFUSED } from '../fault.ts'
import { answer } from '../print/answer.ts'
import { createProgress } from '../print/progress.ts'
import { verifyText } from '../print/verify.ts'

export default command({
  about:
    'Checks every entry again: hashes, signatures, rights, and that the derived state follows from them. Says which entries do not count, whose they are, and why.',
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
