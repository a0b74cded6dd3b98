/**
 * Attributes of one value, read from the several sentences that say them: `Ruth is the manager of Oskar`, `Oskar's
 * manager is Ruth`, `Ruth manages Oskar`, `Oskar is managed by Ruth` and `Oskar reports to Ruth` are one claim.
 */
import { isBe } from './cues.ts'
import { formsOf, verbOf } from './lemma.ts'
import { POSSESSIVE } from './prepare.ts'
import { readValue } from './read-values.ts'
import type { Claim } from './reading.ts'
import { type Token, word } from './token.ts'
import type { Raw } from './tokenise.ts'
import { wordKey } from './word-key.ts'
import { ROLE_VERBS, ROLE_VERBS_TO, ROLES, VALUE_NOUNS, VALUE_VERBS } from './words/roles.ts'
import { wordSet } from './words/table.ts'

/** Left out of a name. */
const SILENT = wordSet('the a an our my still now currently already also again and/or')
/** Says more than a name does. */
const CONNECTING = wordSet(`
  and or but not no never because if when while since until before after from with without than as for in at on by to
  that who which whose only would could should may might can must will
`)
/** Pieces that are looked through: a claim is a short sentence. */
const CLAIM_PIECES_MAX = 16

/** What it says of one attribute; null if it is no such sentence. */
export function claimOf(raws: readonly Raw[]): Claim | null {
  if (raws.length > CLAIM_PIECES_MAX || raws.length < 3) return null
  const end = raws.at(-1)?.text === '.' ? raws.length - 1 : raws.length
  const at = raws.findIndex(
    ({ text, sort, capital }, i) => i > 0 && sort === 'word' && !capital && (isBe(text) || HINGES.has(text)),
  )
  if (at < 0 || at >= end - 1) return null
  const text = raws[at]?.text ?? ''
  if (isBe(text))
    return passiveClaim(raws, at, end) ?? participleClaim(raws, at, end) ?? copularClaim(raws, at, end)
  return verbalClaim(raws, at, end)
}

/** The forms of the verbs that a claim may have, to the verb. */
const HINGES = new Map<string, string>()
for (const lemma of [...ROLE_VERBS.keys(), ...ROLE_VERBS_TO.keys(), ...VALUE_VERBS.keys()]) {
  for (const form of formsOf(lemma)) HINGES.set(form, lemma)
}

/** `X is owned by Y`. */
function passiveClaim(raws: readonly Raw[], at: number, end: number): Claim | null {
  const by = at + 2
  if (raws[by]?.text !== 'by') return null
  const role = ROLE_VERBS.get(verbOf(raws[at + 1]?.text ?? '')?.lemma ?? '')
  return role === undefined ? null : claim(role, true, nameOf(raws, 0, at), nameOf(raws, by + 1, end))
}

/** `X was born on Y`, `X is based in Y`. */
function participleClaim(raws: readonly Raw[], at: number, end: number): Claim | null {
  const participle = raws[at + 1]?.text ?? ''
  const attribute = /(ed|rn)$/.test(participle) ? VALUE_VERBS.get(verbOf(participle)?.lemma ?? '') : undefined
  return attribute === undefined
    ? null
    : claim(attribute, false, nameOf(raws, 0, at), nameOf(raws, afterPlace(raws, at + 2), end))
}

/** After a preposition, if one is there. */
const afterPlace = (raws: readonly Raw[], at: number): number =>
  /^(in|at|on|for)$/.test(raws[at]?.text ?? '') ? at + 1 : at

/** `X owns Y`, `X reports to Y`, `X prefers Y`. */
function verbalClaim(raws: readonly Raw[], at: number, end: number): Claim | null {
  const lemma = HINGES.get(raws[at]?.text ?? '') ?? ''
  const next = raws[at + 1]?.text ?? ''
  if (ROLE_VERBS_TO.has(lemma)) {
    const role = ROLE_VERBS_TO.get(lemma) ?? ''
    return next === 'to' ? claim(role, true, nameOf(raws, 0, at), nameOf(raws, at + 2, end)) : null
  }
  const role = ROLE_VERBS.get(lemma)
  if (role !== undefined) return claim(role, true, nameOf(raws, at + 1, end), nameOf(raws, 0, at))
  return claim(
    VALUE_VERBS.get(lemma) ?? lemma,
    false,
    nameOf(raws, 0, at),
    nameOf(raws, afterPlace(raws, at + 1), end),
  )
}

/** `The owner of X is Y`, `X's owner is Y`, and either the other way round. */
function copularClaim(raws: readonly Raw[], at: number, end: number): Claim | null {
  const before = ownedOf(raws, 0, at)
  if (before !== null)
    return claim(before.attribute, before.isRole, before.owner, nameOf(raws, afterPlace(raws, at + 1), end))
  const after = ownedOf(raws, at + 1, end)
  return after?.isRole ? claim(after.attribute, true, after.owner, nameOf(raws, 0, at)) : null
}

interface Owned {
  readonly attribute: string
  readonly isRole: boolean
  readonly owner: readonly Token[] | null
}

function ownedOf(raws: readonly Raw[], from: number, end: number): Owned | null {
  const possessive = indexIn(raws, POSSESSIVE, from, end)
  if (possessive > from) return owned(raws, possessive + 1, end, from, possessive)
  const of = indexIn(raws, 'of', from, end)
  return of > from ? owned(raws, from, of, of + 1, end) : null
}

function owned(
  raws: readonly Raw[],
  from: number,
  to: number,
  ownerAt: number,
  ownerEnd: number,
): Owned | null {
  const words = raws.slice(from, to).filter(({ text }) => !SILENT.has(text))
  const noun = words[0]?.text ?? ''
  const role = ROLES.get(noun)
  const attribute = role ?? VALUE_NOUNS.get(noun)
  if (words.length !== 1 || attribute === undefined) return null
  return { attribute, isRole: role !== undefined, owner: nameOf(raws, ownerAt, ownerEnd) }
}

function indexIn(raws: readonly Raw[], text: string, from: number, end: number): number {
  for (let i = from; i < end; i++) if (raws[i]?.text === text) return i
  return -1
}

/** The words of a name or a value; null if there is more than that. */
function nameOf(raws: readonly Raw[], from: number, end: number): readonly Token[] | null {
  const tokens: Token[] = []
  for (let i = from; i < end; ) {
    const raw = raws[i]
    if (raw === undefined || CONNECTING.has(raw.text) || raw.text === POSSESSIVE || raw.sort === 'sign')
      return null
    const value = readValue(raws, i)
    if (value !== null) tokens.push(value.token)
    else if (!SILENT.has(raw.text)) tokens.push(word(wordKey(raw, i === 0, 'en'), raw.capital))
    i += value?.taken ?? 1
  }
  return tokens.length === 0 ? null : tokens
}

const claim = (
  attribute: string,
  isRole: boolean,
  owner: readonly Token[] | null,
  value: readonly Token[] | null,
): Claim | null => (owner === null || value === null ? null : { attribute, isRole, owner, value })
