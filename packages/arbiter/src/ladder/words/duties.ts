/** Words that say what may be done. */
import { wordSet } from './table.ts'

export const PERMITTING = wordSet('may can allowed permitted fine ok okay acceptable welcome optional')
export const FORBIDDING = wordSet('forbidden prohibited banned disallowed avoid')
export const OBLIGING = wordSet('must should required mandatory compulsory obligatory always')

/** Every sentence of that kind has one of these; most sentences have none. */
export const DUTY_CUES: ReadonlySet<string> = new Set([
  ...[...PERMITTING, ...FORBIDDING, ...OBLIGING],
  ...['never', 'do', 'no'],
])
