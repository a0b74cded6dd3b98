import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { given } from '../input/given.ts'
import { parseEnd } from '../input/times.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import { ago } from '../print/words.ts'

export default command({
  about:
    "Renews a node's certificate: the same name and agent, for longer. Of several certificates the latest holds, so none is ever shortened: to end one sooner, moot revoke.",
  words: ['NODE'],
  flags: {
    'not-after': { type: 'string', hint: '30d|DATE|never', about: 'until when it is good' },
    readmit: { type: 'boolean', about: 'also if the node was put out of the mesh: lets it in again' },
  },
  examples: ['moot certify zylos02 --not-after 30d', 'moot certify zylos02 --not-after never'],
  takesNoBranch: true,
  run: async invocation => {
    const { words, flags, around } = invocation
    const { 'not-after': end, readmit } = flags
    if (end === undefined)
      throw new UsageError('--not-after is missing: until when is it good? (30d, a date, never)')
    const notAfter = end === 'never' ? undefined : parseEnd('not-after', end, around.now())
    const client = await invocation.client()
    const certified = await client.call('certify', { node: words[0] ?? '', ...given({ notAfter, readmit }) })
    return answer(invocation, certified, screen => {
      const { name, agent, notAfter: until } = certified
      const time = until === null ? 'for ever' : `until ${until} (${ago(until, screen.now)})`
      return `${oneLine(name)} is certified as ${oneLine(agent)} ${time}\n`
    })
  },
})
