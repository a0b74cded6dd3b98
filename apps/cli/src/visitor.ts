import type { Visitor } from '@folkmoot/gateway/client'
import type { Invocation } from './command.ts'
import { given } from './input/given.ts'

/** Who asks: without a token the owner of the directory. */
export function visitorOf({ flags, around }: Pick<Invocation, 'flags' | 'around'>): Visitor {
  const { for: user, branch, token = '' } = flags
  const shown = token === '' ? (around.env.MOOT_TOKEN ?? '') : token
  return given({ user, branch, token: shown === '' ? undefined : shown })
}
