import { FolkmootError, MalformedError } from '@folkmoot/core'
import * as v from 'valibot'
import type { GreetingFrame, RequestFrame } from './wire.ts'
import { decodeText } from './wire-lines.ts'

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const request: v.GenericSchema<unknown, RequestFrame> = v.union([
  v.strictObject({ id, method: v.string(), params: v.exactOptional(v.unknown()) }),
  v.strictObject({ id, cancel: v.literal(true) }),
])

const greeting: v.GenericSchema<unknown, GreetingFrame> = v.strictObject({
  auth: v.string(),
  user: v.exactOptional(v.string()),
  branch: v.exactOptional(v.string()),
})

/** @throws FolkmootError forbidden */
export function parseGreeting(line: Uint8Array): GreetingFrame {
  const parsed = v.safeParse(greeting, readJson(line))
  if (!parsed.success) throw new FolkmootError('forbidden', 'a visitor greets first, with {auth: TOKEN}')
  return parsed.output
}

/** What is no JSON is no greeting either. */
function readJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(decodeText(line))
  } catch {
    return undefined
  }
}

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
