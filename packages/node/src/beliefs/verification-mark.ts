/** A check, as it stands in a register. */
import {
  canonicalJson,
  type DocumentChange,
  type EntryHash,
  type Json,
  type Sibling,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'

export const VERIFICATION = 'verification'
/** Other checks that one names: more agents than ever check one value, and few to look up. */
export const BESIDE_MAX = 16

/** As it is written. `says` outlives the entry: an equal value that came later was checked, too. */
export interface VerificationMark {
  readonly of: EntryHash
  readonly outcome: 'confirmed' | 'refuted'
  readonly how: string
  /** SHA-256 of the value as canonical JSON, 64 hex digits. */
  readonly says?: string
  /** Checks of the same value by other agents, which stood until then: it speaks beside them, not in their place. */
  readonly beside?: readonly EntryHash[]
}

export function digestOfValue(value: Json): string {
  return toHex(sha256(utf8(canonicalJson(value))))
}

/** Undefined for what makes no sense: that checks nothing. */
export function markIn(value: Json): VerificationMark | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const { of, outcome, how, says, beside } = value as { readonly [key: string]: Json }
  if (typeof of !== 'string' || typeof how !== 'string') return undefined
  if (outcome !== 'confirmed' && outcome !== 'refuted') return undefined
  const others = (Array.isArray(beside) ? beside.slice(0, BESIDE_MAX) : []) as readonly Json[]
  const entries = others.flatMap(entry => (typeof entry === 'string' ? (entry as EntryHash) : []))
  return {
    ...{ of: of as EntryHash, outcome, how },
    ...(typeof says === 'string' ? { says } : {}),
    ...(entries.length === 0 ? {} : { beside: entries }),
  }
}

/** The check that came with a change, if any did. */
export function markOf({ body }: DocumentChange): VerificationMark | undefined {
  if (body.type !== 'change') return undefined
  const op = body.ops.find(([kind, register]) => kind === 'put' && register === VERIFICATION)
  return op?.[0] === 'put' ? markIn(op[2]) : undefined
}

/** Whether these words were checked, there or where they were said before. */
export function isAbout(
  { of, says }: VerificationMark,
  said: Pick<Sibling, 'entry' | 'ended' | 'value'>,
): boolean {
  return !said.ended && (said.entry === of || says === digestOfValue(said.value))
}
