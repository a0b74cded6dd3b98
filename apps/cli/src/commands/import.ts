import { command } from '../command.ts'
import { DONE, REFUSED } from '../fault.ts'
import { importLines } from '../import-lines.ts'
import { openLines } from '../input/lines.ts'
import { answer } from '../print/answer.ts'
import { createProgress } from '../print/progress.ts'
import { count } from '../print/words.ts'

export default command({
  about:
    'Reads memories from JSON lines, as moot export writes them; only "value" must be there. - reads stdin.',
  words: ['FILE'],
  flags: {},
  examples: ['moot import memories.jsonl', 'ssh host moot export | moot import -'],
  run: async invocation => {
    const { words, around } = invocation
    const source = openLines(words[0] ?? '', around)
    const client = await invocation.client()
    const progress = createProgress(around.err)
    const report = await importLines(client, source.lines, bytes =>
      progress.show('import', bytes, source.size),
    )
    progress.clear()
    await answer(invocation, report, () => `imported ${count(report.imported, 'memory', 'memories')}\n`)
    if (report.refused === null) return DONE
    const { line, reason } = report.refused
    await around.err.write(`moot: line ${line}: ${reason} (all before it is kept)\n`)
    return REFUSED
  },
})
