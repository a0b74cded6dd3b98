import { command } from '../command.ts'
import { EXPIRED, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { count } from '../print/words.ts'

export default command({
  about: `Writes memories as JSON, one a line, as moot import reads them: sources come before what was derived from them.
"by" has who said the value in effect and when, "others" what competes with it; both only inform. Not written are
earlier values, checks, who else agreed, links, for whom it was said, what was retracted or erased, and shared texts.`,
  words: [],
  flags: { scope: SCOPE, expired: EXPIRED },
  examples: ['moot export > memories.jsonl', 'moot export --scope user=alice | jq .value'],
  run: async ({ flags, around, client: open }) => {
    const signal = around.untilStopped()
    const client = await open()
    let disputed = 0
    for await (const item of client.stream('export', given({ scope: flags.scope, expired: flags.expired }), {
      signal,
    })) {
      await around.out.write(`${JSON.stringify(item)}\n`)
      if (item.others !== undefined) disputed += 1
    }
    if (disputed > 0) {
      const are = disputed === 1 ? 'is' : 'are'
      await around.err.write(
        `moot: ${count(disputed, 'memory', 'memories')} ${are} in dispute: the other values stand under "others", and moot import takes only the one in effect\n`,
      )
    }
    return undefined
  },
})
