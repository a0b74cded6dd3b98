import { LIMIT_MAX } from '@folkmoot/gateway/client'
import type { Invocation } from '../command.ts'
import { parseCount } from '../input/numbers.ts'
import { answer } from './answer.ts'
import type { Screen } from './screen.ts'

/** What is shown at most, and what is asked for: one more tells whether there is more. */
export interface UpTo {
  readonly shown: number
  readonly asked: number
}

/** What --limit says, where a report tells by itself that there is more. @throws UsageError */
export function parseMost(text: string | undefined): number | undefined {
  return parseCount('limit', text, 1, LIMIT_MAX)
}

/** @throws UsageError */
export function parseLimit(text: string | undefined, otherwise: number): UpTo {
  const shown = parseMost(text) ?? otherwise
  return { shown, asked: shown + 1 }
}

/**
 * As `answer`, of a list that may go on: if it does a line on stderr says so, since the JSON is the list alone.
 * @param hint how to see the rest
 */
export async function answerUpTo<Item>(
  invocation: Pick<Invocation, 'flags' | 'around'>,
  { shown }: UpTo,
  found: readonly Item[],
  text: (items: readonly Item[], screen: Screen) => string,
  hint: string,
): Promise<undefined> {
  const items = found.slice(0, shown)
  await answer(invocation, items, screen => text(items, screen))
  if (found.length <= shown) return
  await invocation.around.err.write(
    `moot: ${shown.toLocaleString('en')} shown, and there are more: ${hint}\n`,
  )
}
