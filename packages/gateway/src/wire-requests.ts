import { MalformedError } from '@folkmoot/core'
import * as v from 'valibot'
import type { RequestFrame } from './wire.ts'
import { decodeText } from './wire-lines.ts'

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const request: v.GenericSchema<unknown, RequestFrame> = v.union([
  v.strictObject({ id, method: v.string(), params: v.exactOptional(v.unknown()) }),
  v.strictObject({ id, cancel: v.literal(true) }),
])

/** @throws MalformedError */
export function parseRequest(line: Uint8Array): RequestFrame {
  const parsed = v.safeParse(request, parseJson(decodeText(line)))
  if (!parsed.success)
    throw new MalformedError('not a request: a line is {id, method, params} or {id, cancel}')
  return parsed.output
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new MalformedError('not JSON')
  }
}
