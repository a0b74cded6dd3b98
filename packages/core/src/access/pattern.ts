/**
 * Which scopes a grant is about. `*` is any app and user; otherwise a list like `app=shop,user=team-*`, whose values are
 * literal, `*`, or a prefix and `*`. A scope is covered if it has every dimension that the pattern names, matching, and
 * no other: who may read `user=alice` reads nothing of `app=shop,user=alice`. Two dimensions are special. What an agent
 * keeps for itself (`agent=…`) opens to others only by a pattern that names `agent`; and a `run` never leaves its node,
 * so that no pattern names it.
 */
import { utf8 } from '../bytes.ts'
import { TooLargeError, UsageError } from '../errors.ts'
import { NAME_BYTES_MAX } from '../limits.ts'
import { SCOPE_DIMENSIONS, type ScopeAddress, type ScopeDimension } from '../scope.ts'

/** The parts of a scope or pattern by dimension. */
type Parts = ReadonlyMap<ScopeDimension, string>

export interface Pattern {
  /** In canonical form. Of a pattern without `*` it is the one scope that it covers. */
  readonly text: string
  /** Null: `*`. */
  readonly parts: Parts | null
  /** It has a `*` somewhere. */
  readonly isOpen: boolean
}

export const EVERYTHING: Pattern = { text: '*', parts: null, isOpen: true }

/**
 * The pattern of a grant that this node cannot open: it covers nothing, and lies within nothing but `*`. No text that
 * anybody could write reads like this one.
 */
export const HIDDEN: Pattern = { text: '(hidden)', parts: new Map(), isOpen: false }

/** What stands for a pattern that cannot be read here. */
export const HIDDEN_PATTERN = HIDDEN.text

const DIMENSIONS = SCOPE_DIMENSIONS.filter(dimension => dimension !== 'run')
const VALUE = /^(?:[^\s,=*]+\*?|\*)$/u

/** `user=*, app=shop` -> `app=shop,user=*`. @throws UsageError */
export function parsePattern(text: string): string {
  return readPattern(text).text
}

/** Patterns that were read: a mesh writes thousands of grants over the same few. */
const PATTERNS_KEPT_MAX = 10_000
const patterns = new Map<string, Pattern>()

/** @throws UsageError | TooLargeError */
export function readPattern(text: string): Pattern {
  const known = patterns.get(text)
  if (known !== undefined) return known
  const read = decodePattern(text)
  if (patterns.size >= PATTERNS_KEPT_MAX) patterns.clear()
  patterns.set(text, read)
  return read
}

/** Of a permission as this node knows it, which may be hidden from it. @throws UsageError | TooLargeError */
export function knownPattern(text: string): Pattern {
  return text === HIDDEN.text ? HIDDEN : readPattern(text)
}

function decodePattern(text: string): Pattern {
  if (text.trim() === '*') return EVERYTHING
  const parts = new Map<ScopeDimension, string>()
  for (const part of text.split(',')) {
    const [written = '', value = '', ...rest] = part.trim().split('=')
    const dimension = DIMENSIONS.find(known => known === written)
    const glob = value.normalize('NFC')
    if (dimension === undefined || rest.length > 0 || !VALUE.test(glob)) {
      throw new UsageError(
        `not a pattern: ${JSON.stringify(text)} (write *, or ${DIMENSIONS.join('=…, ')}=…)`,
      )
    }
    if (parts.has(dimension)) throw new UsageError(`pattern names ${dimension} twice: ${text}`)
    checkSize(glob)
    parts.set(dimension, glob)
  }
  return {
    text: textOf(parts),
    parts,
    isOpen: [...parts.values()].some(value => value.endsWith('*')),
  }
}

function textOf(parts: Parts): string {
  return SCOPE_DIMENSIONS.filter(dimension => parts.has(dimension))
    .map(dimension => `${dimension}=${parts.get(dimension)}`)
    .join(',')
}

function checkSize(value: string): void {
  if (value.length * 3 <= NAME_BYTES_MAX) return
  const size = utf8(value).length
  if (size > NAME_BYTES_MAX) throw new TooLargeError('pattern part', size, NAME_BYTES_MAX)
}

/** A scope as a reader asks for it. */
export interface Place {
  readonly parts: Parts
  /** Patterns without a `*` that cover it. */
  readonly literals: readonly string[]
  /** The reader's own tier: in it `agent` counts as not said. */
  readonly isOwn: boolean
  readonly isRun: boolean
  /** Nothing but the reader's own agent or run: nobody has to grant that. */
  readonly isPrivate: boolean
}

/** A run is local, so who asks about one asks about its own. */
export function placeOf(scope: ScopeAddress, agent: string | undefined): Place {
  const parts = new Map<ScopeDimension, string>()
  for (const part of scope.split(',')) {
    const at = part.indexOf('=')
    parts.set(part.slice(0, at) as ScopeDimension, part.slice(at + 1))
  }
  const isRun = parts.delete('run')
  const isOwn = agent !== undefined && parts.get('agent') === agent
  const named = textOf(parts)
  const rest = isOwn ? textOf(new Map([...parts].filter(([dimension]) => dimension !== 'agent'))) : named
  return { parts, literals: isOwn ? [named, rest] : [named], isOwn, isRun, isPrivate: rest === '' }
}

/** @param agent the reader's own. */
export function covers(pattern: string, scope: ScopeAddress, agent?: string): boolean {
  return coversPlace(knownPattern(pattern), placeOf(scope, agent))
}

export function coversPlace(pattern: Pattern, { parts, isOwn }: Place): boolean {
  if (pattern === HIDDEN) return false
  const { parts: wanted } = pattern
  for (const [dimension, value] of parts) {
    const glob = wanted?.get(dimension)
    if (glob !== undefined) {
      if (!matches(glob, value)) return false
    } else if (dimension === 'agent' ? !isOwn : wanted !== null) return false
  }
  if (wanted === null) return true
  for (const dimension of wanted.keys()) if (!parts.has(dimension)) return false
  return true
}

/** Whether who may grant `wide` may grant `narrow`. Within `*` is everything, the tiers of other agents too. */
export function isWithin(narrow: string, wide: string): boolean {
  return isPatternWithin(knownPattern(narrow), knownPattern(wide))
}

export function isPatternWithin(narrow: Pattern, wide: Pattern): boolean {
  if (wide.parts === null) return true
  if (narrow === HIDDEN || wide === HIDDEN) return false
  if (narrow.parts === null || narrow.parts.size !== wide.parts.size) return false
  for (const [dimension, glob] of wide.parts) {
    const value = narrow.parts.get(dimension)
    if (value === undefined || !matches(glob, value)) return false
  }
  return true
}

/** `crm`, `crm-*` or `*`. @throws UsageError */
export function parseResource(text: string): string {
  const glob = text.normalize('NFC')
  if (glob === '' || glob.slice(0, -1).includes('*')) {
    throw new UsageError(`not a resource pattern: ${JSON.stringify(text)} (a * stands at the end)`)
  }
  checkSize(glob)
  return glob
}

/** A value, or another glob, all of whose values match. */
export function matches(glob: string, value: string): boolean {
  return glob.endsWith('*') ? value.startsWith(glob.slice(0, -1)) : glob === value
}
