import { command } from '../command.ts'
import { EXPIRED, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'

export default command({
  about: 'Writes memories as JSON, one a line, as moot import reads them.',
  words: [],
  flags: { scope: SCOPE, expired: EXPIRED },
  examples: ['moot export > memories.jsonl', 'moot export --scope user=alice | jq .value'],
  run: async ({ flags, around, client: open }) => {
    const signal = around.untilStopped()
    const client = await open()
    for await (const item of client.stream('export', given({ scope: flags.scope, expired: flags.expired }), {
      signal,
    })) {
      await around.out.write(`${JSON.stringify(item)}\n`)
    }
    return undefined
  },
})
