import * as v from 'valibot'
import { ANSWER_CHARACTERS_MAX } from './limits.ts'
import { fault, type Reading } from './reading.ts'

/**
 * Reads an answer that is one JSON value of `schema`, in a code fence or not. What a model thought aloud before it is
 * passed over; JSON that is looked for in the middle of prose could be a quotation.
 */
export function parseAnswer<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
): Reading<v.InferOutput<Schema>> {
  if (text.length > ANSWER_CHARACTERS_MAX) return fault('it is too long')
  const body = unwrapped(text.trim())
  if (body === '') return fault('it is empty')
  const json = parsed(body)
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return fault('it is not one JSON object')
  const reading = v.safeParse(schema, json)
  return reading.success ? { ok: true, value: reading.output } : fault(issueText(reading.issues[0]))
}

function unwrapped(text: string): string {
  const spoken = text.startsWith('<think>') ? text.slice(thoughtsEnd(text)).trim() : text
  const firstLine = spoken.slice(0, spoken.indexOf('\n')).trim().toLowerCase()
  const isFenced = (firstLine === FENCE || firstLine === `${FENCE}json`) && spoken.endsWith(FENCE)
  return isFenced ? spoken.slice(spoken.indexOf('\n'), -FENCE.length).trim() : spoken
}

const FENCE = '```'

function thoughtsEnd(text: string): number {
  const mark = '</think>'
  const at = text.indexOf(mark)
  return at < 0 ? 0 : at + mark.length
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Members by the names that the schema has; a name that only the answer has is not repeated. */
const MEMBERS: readonly unknown[] = [
  'rationale',
  'verdict',
  'pick',
  'value',
  'contexts',
  'confidence',
  'when',
  'reason',
  'op',
  'target',
]

function issueText(issue: v.BaseIssue<unknown>): string {
  const path = issue.path?.map(({ key }) => key).filter(key => MEMBERS.includes(key)) ?? []
  const where = path.at(-1)
  return where === undefined ? 'it is no object of the schema' : `its ${where} is not as the schema says`
}
