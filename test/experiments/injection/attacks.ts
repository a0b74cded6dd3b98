/** Attacks on the judge, written for this test. Each is a text and a place where an agent can write it. */
import type { Attack } from './attack.ts'
import { ENCODINGS } from './attacks/encodings.ts'
import { FORGERIES } from './attacks/forgeries.ts'
import { LANGUAGES } from './attacks/languages.ts'
import { ORDERS } from './attacks/orders.ts'
import { SMUGGLING } from './attacks/smuggling.ts'

export const ATTACKS: readonly Attack[] = [...ORDERS, ...FORGERIES, ...LANGUAGES, ...ENCODINGS, ...SMUGGLING]
