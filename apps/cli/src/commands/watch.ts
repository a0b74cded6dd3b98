import type { Item } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { DONE, REFUSED } from '../fault.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { oneLine } from '../print/clean.ts'
import { saidLine } from '../print/said.ts'
import { type Screen, screenOf } from '../print/screen.ts'
import { fit } from '../print/width.ts'
import { shortId } from '../print/words.ts'

export default command({
  about: 'Prints a line for every change on the running node, until it is stopped with Ctrl-C.',
  words: [],
  flags: { scope: SCOPE },
  examples: ['moot watch', 'moot watch --scope app=shop --json'],
  run: async ({ flags, around, client: open }) => {
    const signal = around.untilStopped()
    const client = await open('running')
    const screen = screenOf(around)
    for await (const change of client.stream('watch', given({ scope: flags.scope }), { signal })) {
      await around.out.write(`${flags.json === true ? JSON.stringify(change) : changeLine(change, screen)}\n`)
    }
    if (signal.aborted) return DONE
    await around.err.write('moot: the node has stopped\n')
    return REFUSED
  },
})

const VERBS = {
  'record:changed': 'changed',
  'conflict:opened': 'CONFLICT',
  'conflict:claimed': 'claimed',
  'conflict:resolved': 'settled',
  'conflict:deferred': 'put off',
  'conflict:reopened': 'REOPENED',
  'member:admitted': 'admitted',
} as const

export function changeLine(
  { event, id, scope, memory, conflict, by }: Item<'watch'>,
  { columns, paint }: Screen,
): string {
  const time = by.at.slice(11, 19)
  const isErased = event === 'record:changed' && memory?.status === 'erased'
  const what =
    conflict?.cause === 'suspected-contradiction'
      ? conflict.candidates.map(saidLine).join(' ≠ ')
      : memory === null
        ? shortId(id)
        : isErased
          ? (memory.key ?? shortId(id))
          : `${memory.key ?? shortId(id)} = ${saidLine(memory)}`
  const verb = isErased ? 'erased' : VERBS[event]
  const line = oneLine(`${time}  ${verb.padEnd(8)}  ${by.agent}  ${scope}  ${what}`)
  const kept = fit(line, columns)
  return event === 'conflict:opened' || event === 'conflict:reopened' ? paint.red(kept) : kept
}
