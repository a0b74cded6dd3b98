import type { Params } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { UsageError } from '../fault.ts'
import { JSON_VALUE, REASON, SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { readValue } from '../input/text.ts'
import { answer } from '../print/answer.ts'
import { saidLine } from '../print/said.ts'
import type { Surroundings } from '../surroundings.ts'

/** Whole, or its first digits: as many as the doors take. */
const ENTRY = /^[0-9a-f]{6,64}$/

/** As long as a condition may be for the doors: that of a reason. */
const CONDITION_BYTES_MAX = 1024

const WAYS = '--pick N|ENTRY, --value TEXT, --when N=CONDITION for two or more, --defer, --undo'

export default command({
  about: 'Settles a disagreement. The settlement is one more signed change: --undo takes it back.',
  words: ['CONFLICT'],
  flags: {
    pick: {
      type: 'string',
      hint: 'N|ENTRY',
      about: 'keep this candidate: its number or its entry (6 digits or more), as moot conflict shows them',
    },
    value: { type: 'string', hint: 'TEXT', about: 'say this instead (- reads stdin)' },
    'json-value': { ...JSON_VALUE, about: `with --value: ${JSON_VALUE.about}` },
    when: {
      type: 'string',
      multiple: true,
      hint: 'N|ENTRY=CONDITION',
      about: 'that candidate holds then; give it for each that does',
    },
    defer: { type: 'boolean', about: 'leave it for later' },
    undo: { type: 'boolean', about: 'take back the verdicts that hold: what they settled stands again' },
    seen: {
      type: 'string',
      hint: 'ENTRY,ENTRY',
      about: 'the entries of all candidates: settle nothing if there are others by now',
    },
    scope: SCOPE,
    reason: REASON,
  },
  examples: [
    'moot resolve 3f2a91c04d11.content --pick 1 --reason "the contract says so"',
    'moot resolve currency --pick 9ab100 --seen 9ab100,77c300',
    'moot resolve currency --value "EUR, USD from 2027 on"',
    "moot resolve currency --when 1='in Europe' --when 2='elsewhere'",
    'moot resolve currency --undo',
  ],
  run: async invocation => {
    const { flags, words, around } = invocation
    const { defer, undo, scope, reason } = flags
    const seen = flags.seen === undefined ? undefined : parseSeen(flags.seen)
    const settlement = await settlementOf(flags, around)
    const client = await invocation.client()
    const params: Params<'resolve'> = {
      conflict: words[0] ?? '',
      ...given({ scope, reason, seen }),
      ...settlement,
    }
    const settled = await client.call('resolve', params)
    return answer(invocation, settled, ({ paint }) => {
      if (defer === true) return 'put off\n'
      // Of two memories that both hold, the conflict shows which holds when.
      if (flags.when !== undefined && settled.value === null) return 'settled: each in its place\n'
      return undo === true ? 'taken back\n' : `settled: ${paint.bold(saidLine(settled))}\n`
    })
  },
})

interface Ways {
  readonly pick?: string
  readonly value?: string
  readonly 'json-value'?: boolean
  readonly when?: readonly string[]
  readonly defer?: boolean
  readonly undo?: boolean
}

/** @throws UsageError unless there is exactly one */
async function settlementOf(ways: Ways, around: Pick<Surroundings, 'stdin'>) {
  const { value, when, defer, undo } = ways
  const pick = parsePick(ways.pick)
  const given = [pick, value, when, defer, undo].filter(way => way !== undefined)
  if (given.length !== 1) throw new UsageError(`settle it by one of ${WAYS}`)
  if (ways['json-value'] === true && value === undefined)
    throw new UsageError('--json-value is for --value TEXT')
  if (pick !== undefined) return { pick }
  if (value !== undefined) return { value: await readValue(value, ways['json-value'], around) }
  if (when !== undefined) return { contexts: parseContexts(when) }
  return defer === true ? { defer } : { undo: true as const }
}

/** @throws UsageError */
function parsePick(text: string | undefined): number | string | undefined {
  const pick = text === undefined ? undefined : candidateIn(text)
  if (text === undefined || pick !== undefined) return pick
  throw new UsageError(`--pick ${text}: neither the number of a candidate nor its entry`)
}

/** @throws UsageError */
function parseContexts(texts: readonly string[]) {
  const contexts = texts.map(parseContext)
  if (contexts.length > 1) return contexts
  throw new UsageError('--when: say of two candidates or more when each holds; --pick N keeps one for good')
}

/** `1=on weekdays`. @throws UsageError */
function parseContext(text: string): { readonly pick: number | string; readonly when: string } {
  const [, candidate = '', when = ''] = /^(\w+)=(.+)$/s.exec(text) ?? []
  const pick = candidateIn(candidate)
  if (when.trim() === '' || pick === undefined)
    throw new UsageError(`--when ${text}: write N=CONDITION, like 1='on weekdays'`)
  const size = Buffer.byteLength(when.trim())
  if (size > CONDITION_BYTES_MAX)
    throw new UsageError(
      `--when ${candidate}=…: the condition has ${size} bytes, the most is ${CONDITION_BYTES_MAX}`,
    )
  return { pick, when: when.trim() }
}

/** `9ab100,77c300`. @throws UsageError */
function parseSeen(text: string): string[] {
  const entries = text.split(',').map(entry => entry.trim())
  const wrong = entries.find(entry => !ENTRY.test(entry))
  if (wrong === undefined) return entries
  throw new UsageError(`--seen ${wrong}: not an entry (6 digits or more, as moot conflict shows them)`)
}

/** A place, or the digits of an entry: no conflict has so many candidates that a place could have six. */
function candidateIn(text: string): number | string | undefined {
  if (ENTRY.test(text)) return text
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined
}
