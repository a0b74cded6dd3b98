/** Words that say that something is a limit. */
import { wordSet } from './table.ts'

/** Say it wherever they stand. */
export const LIMITING = wordSet('limit limits limited maximum max exceed exceeds cap capped unlimited')

/** Say it in some places. */
export const COMPARING = wordSet('most up allow allows as larger bigger longer more higher')

export const CEILING_CUES: ReadonlySet<string> = new Set([...LIMITING, ...COMPARING])
