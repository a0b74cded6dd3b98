import type { Surroundings } from '../surroundings.ts'

/** What printing depends on: the width, the clock and whether colours can be seen. */
export interface Screen {
  readonly columns: number
  readonly now: number
  readonly paint: Paint
}

export type Paint = { readonly [Name in keyof typeof CODES]: (text: string) => string }

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const

export function createPaint(coloured: boolean): Paint {
  const pair = ([on, off]: readonly [number, number]) =>
    coloured ? (text: string) => `\x1b[${on}m${text}\x1b[${off}m` : (text: string) => text
  return {
    bold: pair(CODES.bold),
    dim: pair(CODES.dim),
    red: pair(CODES.red),
    green: pair(CODES.green),
    yellow: pair(CODES.yellow),
  }
}

/** Colours only where somebody looks and has not said no (https://no-color.org). */
export function screenOf({ env, out, now }: Surroundings): Screen {
  const coloured = out.isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  return { columns: out.columns, now: now(), paint: createPaint(coloured) }
}
