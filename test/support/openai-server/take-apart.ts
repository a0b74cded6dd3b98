import type { Json } from '@folkmoot/core'
import type { ChatRequest } from './behaviour.ts'

/** A request taken apart at its fence, as whoever gets it would. */
export interface TakenApart {
  readonly token: string
  /** All that is not between the lines of the fence, with the token taken out. */
  readonly outside: string
  readonly evidence: Json
}

const OPENING = /^=== EVIDENCE ([0-9a-f]{32}) BEGINS ===\n/

/** @throws Error if there is no fence, or if it is closed anywhere but at its end */
export function takeApart({ body }: Pick<ChatRequest, 'body'>): TakenApart {
  const [system, user] = body.messages.map(({ content }) => content)
  const token = OPENING.exec(user ?? '')?.[1]
  if (body.messages.length !== 2 || system === undefined || user === undefined || token === undefined)
    throw new Error('no fence at the beginning of the second of two messages')
  const parts = user.split(token)
  if (parts.length !== 3) throw new Error('the token of the fence is not there twice')
  const [opening, inside = '', closing] = parts
  return {
    token,
    outside: [system, opening, closing].join('\n'),
    evidence: JSON.parse(inside.slice(' BEGINS ===\n'.length, -'\n=== EVIDENCE '.length)),
  }
}

/** Every text in a value, in order. */
export function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value]
  if (value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap(textsIn)
}
