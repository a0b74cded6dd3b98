import type { Params } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { REASON, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseCount } from '../input/numbers.ts'
import { readStatement } from '../input/text.ts'
import { answer } from '../print/answer.ts'
import { saidLine } from '../print/said.ts'
import type { Surroundings } from '../surroundings.ts'

const WAYS = '--pick N, --value TEXT, --when N=CONDITION for two or more, --defer, --undo'

export default command({
  about: 'Settles a disagreement. The settlement is one more signed change: --undo takes it back.',
  words: ['CONFLICT'],
  flags: {
    pick: {
      type: 'string',
      hint: 'N',
      about: 'keep candidate N, counted from 1 as moot conflict shows them',
    },
    value: { type: 'string', hint: 'TEXT', about: 'say this instead (- reads stdin)' },
    when: {
      type: 'string',
      multiple: true,
      hint: 'N=CONDITION',
      about: 'candidate N holds then; give it for each that does',
    },
    defer: { type: 'boolean', about: 'leave it for later' },
    undo: { type: 'boolean', about: 'take the last settlement back: the candidates stand again' },
    scope: SCOPE,
    reason: REASON,
  },
  examples: [
    'moot resolve 3f2a91c04d11.content --pick 1 --reason "the contract says so"',
    'moot resolve currency --value "EUR, USD from 2027 on"',
    "moot resolve currency --when 1='in Europe' --when 2='elsewhere'",
    'moot resolve currency --undo',
  ],
  run: async invocation => {
    const { flags, words, around } = invocation
    const { defer, undo, scope, reason } = flags
    const settlement = await settlementOf(flags, around)
    const client = await invocation.client()
    const params: Params<'resolve'> = {
      conflict: words[0] ?? '',
      ...given({ scope, reason }),
      ...settlement,
    }
    const settled = await client.call('resolve', params)
    return answer(invocation, settled, ({ paint }) => {
      if (defer === true) return 'put off\n'
      return undo === true ? 'taken back\n' : `settled: ${paint.bold(saidLine(settled))}\n`
    })
  },
})

interface Ways {
  readonly pick?: string
  readonly value?: string
  readonly when?: readonly string[]
  readonly defer?: boolean
  readonly undo?: boolean
}

/** @throws UsageError unless there is exactly one */
async function settlementOf(ways: Ways, around: Pick<Surroundings, 'stdin'>) {
  const { value, when, defer, undo } = ways
  const pick = parseCount('pick', ways.pick, 1)
  const given = [pick, value, when, defer, undo].filter(way => way !== undefined)
  if (given.length !== 1) throw new UsageError(`settle it by one of ${WAYS}`)
  if (pick !== undefined) return { pick }
  if (value !== undefined) return { value: await readStatement(value, around) }
  if (when !== undefined) return { contexts: when.map(parseContext) }
  return defer === true ? { defer } : { undo: true as const }
}

/** `1=on weekdays`. @throws UsageError */
function parseContext(text: string): { readonly pick: number; readonly when: string } {
  const [, pick = '', when = ''] = /^(\d+)=(.+)$/s.exec(text) ?? []
  const place = Number(pick)
  if (when.trim() === '' || !Number.isSafeInteger(place) || place < 1)
    throw new UsageError(`--when ${text}: write N=CONDITION, like 1='on weekdays'`)
  return { pick: place, when: when.trim() }
}
