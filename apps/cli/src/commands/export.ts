import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'

export default command({
  about: 'Writes memories as JSON, one a line, as moot import reads them.',
  words: [],
  flags: { scope: SCOPE },
  examples: ['moot export > memories.jsonl', 'moot export --scope user=alice | jq .value'],
  run: async ({ flags, around, client: open }) => {
    const signal = around.untilStopped()
    const client = await open()
    for await (const item of client.stream('export', given({ scope: flags.scope }), { signal })) {
      await around.out.write(`${JSON.stringify(item)}\n`)
    }
    return undefined
  },
})
