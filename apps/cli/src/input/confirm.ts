import type { Surroundings } from '../surroundings.ts'

/** Whether somebody is there to be asked. */
export function isInteractive({ stdin, out, err }: Surroundings): boolean {
  return out.isTerminal && err.isTerminal && (stdin as { readonly isTTY?: boolean }).isTTY === true
}

/** Waits for a line; only `y` and `yes` are a yes. */
export async function confirm(question: string, { stdin, err }: Surroundings): Promise<boolean> {
  await err.write(`${question} [y/N] `)
  let typed = ''
  for await (const part of stdin) {
    typed += new TextDecoder().decode(part)
    if (typed.includes('\n')) break
  }
  return /^\s*y(es)?\s*$/i.test(typed.split('\n')[0] ?? '')
}
