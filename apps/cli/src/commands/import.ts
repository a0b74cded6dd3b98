import { command } from '../command.ts'
import { DONE, REFUSED } from '../fault.ts'
import { importLines } from '../import-lines.ts'
import { openLines } from '../input/lines.ts'
import { answer } from '../print/answer.ts'
import { createProgress } from '../print/progress.ts'
import { count } from '../print/words.ts'

export default command({
  about: `Reads memories from JSON lines, as moot export writes them; only "value" must be there. - reads stdin.
Each is said anew, by you and now: who said it before and when, what competed with it ("others"), checks and history
are not taken in. What is here already, by its id or key and with the same value, is skipped; what has no key, and no
"id" from this mesh, is made anew each time. A directive of another agent becomes a report that quotes it. Sources
("derivedFrom"), by id or key, are here or came before in the file: of a line with an "id", as moot export writes it,
those that are unknown are left out, and any other line is refused. null for anything but "value" counts as left out.
After a refused line, go on from it: taking in the lines before it again would double those without a key.`,
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
    for (const line of noticesOf(report)) await around.err.write(`moot: ${line}\n`)
    if (report.refused === null) return DONE
    const { line, reason } = report.refused
    await around.err.write(`moot: line ${line}: ${reason} (all before it is kept: go on from line ${line})\n`)
    return REFUSED
  },
})

/** What became of lines that are not simply there now. */
function noticesOf({ skipped, quoted, unsourced }: Awaited<ReturnType<typeof importLines>>) {
  const memories = (number: number) => count(number, 'memory', 'memories')
  return [
    ...(skipped > 0 ? [`skipped ${memories(skipped)} that are here already`] : []),
    ...(quoted > 0
      ? [`kept ${count(quoted, 'directive', 'directives')} of others as reports that quote them`]
      : []),
    ...(unsourced > 0 ? [`of ${memories(unsourced)} not all sources are here: these are not named`] : []),
  ]
}
