import type { Invocation } from '../command.ts'
import { type Screen, screenOf } from './screen.ts'

/** One JSON document with --json, else a text for people. */
export async function answer(
  { flags, around }: Pick<Invocation, 'flags' | 'around'>,
  result: unknown,
  text: (screen: Screen) => string,
): Promise<undefined> {
  await around.out.write(flags.json === true ? `${JSON.stringify(result)}\n` : text(screenOf(around)))
}
