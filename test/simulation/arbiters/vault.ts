import { parseScope } from '@folkmoot/core'

/** A scope for some: of the arbiters one may store what is said there, and not read it. */
export const VAULT = parseScope('app=vault')
