import { fromHex, utf8 } from './bytes.ts'
import { TooLargeError, UsageError } from './errors.ts'
import { type ScopeId, type ScopeNames, shortHash } from './ids.ts'
import { NAME_BYTES_MAX } from './limits.ts'

declare const brand: unique symbol
/** A canonical scope address: `app=shop,user=alice`, dimensions in the order of SCOPE_DIMENSIONS. */
export type ScopeAddress = string & { readonly [brand]: 'ScopeAddress' }

/** From widest to narrowest; a `run` never leaves its node. */
export const SCOPE_DIMENSIONS = ['app', 'user', 'agent', 'run'] as const
export type ScopeDimension = (typeof SCOPE_DIMENSIONS)[number]

/** Where a memory goes when nobody says otherwise: shared by the whole mesh. */
export const DEFAULT_SCOPE = 'app=default' as ScopeAddress

const PART = /^[^\s,=*]+$/u

/** `user=alice, app=shop` -> `app=shop,user=alice`. @throws UsageError */
export function parseScope(text: string): ScopeAddress {
  const parts = new Map<string, string>()
  for (const part of text.split(',')) {
    const [dimension = '', written = '', ...rest] = part.trim().split('=')
    const value = written.normalize('NFC')
    if (!SCOPE_DIMENSIONS.includes(dimension as ScopeDimension) || rest.length > 0 || !PART.test(value)) {
      throw new UsageError(`not a scope: ${JSON.stringify(text)} (write ${SCOPE_DIMENSIONS.join('=…, ')}=…)`)
    }
    if (parts.has(dimension)) throw new UsageError(`scope names ${dimension} twice: ${text}`)
    const size = utf8(value).length
    if (size > NAME_BYTES_MAX) throw new TooLargeError(`scope part ${dimension}`, size, NAME_BYTES_MAX)
    parts.set(dimension, value)
  }
  return SCOPE_DIMENSIONS.filter(dimension => parts.has(dimension))
    .map(dimension => `${dimension}=${parts.get(dimension)}`)
    .join(',') as ScopeAddress
}

export function scopeHas(scope: ScopeAddress, dimension: ScopeDimension): boolean {
  return scope.split(',').some(part => part.startsWith(`${dimension}=`))
}

/** @param names without it nobody can tell from the id which of the scopes they can think of this is */
export function scopeId(names: ScopeNames, scope: ScopeAddress): ScopeId {
  return shortHash('folkmoot/scope', fromHex(names), utf8(scope)) as ScopeId
}

/** True if `text` is the canonical address that this id was made from. */
export function isNameOf(id: ScopeId, names: ScopeNames, text: string): boolean {
  try {
    const scope = parseScope(text)
    return scope === text && scopeId(names, scope) === id
  } catch {
    return false
  }
}
