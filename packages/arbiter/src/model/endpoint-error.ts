import * as v from 'valibot'
import { ERROR_CHARACTERS_MAX } from './limits.ts'
import { paragraph } from './plain-text.ts'

const detail = v.object({
  message: v.nullish(v.string()),
  code: v.nullish(v.union([v.string(), v.number()])),
})
const schema = v.union([
  v.object({ error: v.union([v.string(), detail]) }),
  v.pipe(
    detail,
    v.check(({ message }) => typeof message === 'string'),
  ),
])

/** An endpoint's own account of an error, in the few forms that there are; nulls if the body is none of them. */
export function endpointError(body: string): {
  readonly message: string | null
  readonly code: string | null
} {
  const reading = v.safeParse(schema, parsed(body))
  if (!reading.success) return { message: null, code: null }
  const said = 'error' in reading.output ? reading.output.error : reading.output
  if (typeof said === 'string') return { message: oneLine(said), code: null }
  return { message: said.message ? oneLine(said.message) : null, code: said.code ? `${said.code}` : null }
}

function oneLine(message: string): string {
  return paragraph(message, ERROR_CHARACTERS_MAX)
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
