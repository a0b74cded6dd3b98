import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { DONE, REFUSED } from '../fault.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import type { Screen } from '../print/screen.ts'
import { table } from '../print/table.ts'
import { ago, shortNode } from '../print/words.ts'

export default command({
  about: 'Looks for trouble, and lists what was refused from whom.',
  words: [],
  flags: {},
  examples: ['moot doctor', 'moot doctor --json'],
  run: async invocation => {
    const client = await invocation.client()
    const report = await client.call('doctor', {})
    await answer(invocation, report, screen => doctorText(report, screen))
    if (report.ok) return DONE
    await invocation.around.err.write('moot: there are problems\n')
    return REFUSED
  },
})

export function doctorText({ findings, refusals }: Result<'doctor'>, screen: Screen): string {
  const { paint } = screen
  const marks = { ok: paint.green('✓'), warning: paint.yellow('!'), problem: paint.red('✗') }
  const found = findings.map(({ level, what, detail }) => {
    return `${marks[level]} ${oneLine(what)}${detail === '' ? '' : paint.dim(`  ${oneLine(detail)}`)}\n`
  })
  if (refusals.length === 0) return found.join('')
  const refused = table(
    [
      { title: 'REFUSED', cell: ({ at }) => ago(at, screen.now) },
      { title: 'FROM', cell: ({ from }) => shortNode(from) },
      { title: 'CODE', cell: ({ code }) => code },
      { title: 'BECAUSE', cell: ({ reason }) => reason, flexible: true },
    ],
    refusals,
    screen,
  )
  return `${found.join('')}\n${refused}`
}
