import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { answer } from '../print/answer.ts'
import { arbiterText } from '../print/arbiter.ts'
import { oneLine } from '../print/clean.ts'
import { factLines } from '../print/memory.ts'
import type { Screen } from '../print/screen.ts'

export default command({
  about: 'This node in a few figures.',
  words: [],
  flags: {},
  examples: ['moot status', 'moot status --json'],
  run: async invocation => {
    const client = await invocation.client()
    const status = await client.call('status', {})
    const { node, mesh, name, records, entries, conflicts, peers, root, arbiter } = status
    const contract = { node, mesh, name, records, entries, conflicts, peers, root }
    // A field that other nodes do not have.
    const more = (arbiter ?? null) === null ? {} : { arbiter }
    return answer(invocation, { ...contract, ...more }, screen => statusText(status, screen))
  },
})

function statusText(status: Result<'status'>, screen: Screen): string {
  const { paint } = screen
  const count = (number: number) => number.toLocaleString('en')
  const facts = [
    ['node', status.node],
    ['mesh', status.mesh],
    ['listening', oneLine(status.listening.join(' '))],
    ['records', count(status.records)],
    ['entries', count(status.entries)],
    ['conflicts', status.conflicts === 0 ? '0' : paint.red(count(status.conflicts))],
    ['peers', `${count(status.peers)}, ${count(status.connected)} connected`],
    ['refused', status.refused === 0 ? '' : paint.yellow(`${count(status.refused)} from peers: moot doctor`)],
    ['root', status.root],
  ] as const
  return `${paint.bold(oneLine(status.name))} acting as ${oneLine(status.agent)}\n${factLines(facts, screen)}${arbiterText(status.arbiter ?? null, screen)}`
}
