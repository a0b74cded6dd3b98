import type { Permission, Right } from '@folkmoot/node'
import { UsageError } from '../fault.ts'

/** In the order in which they are written down everywhere. */
const RIGHTS = ['admin', 'arbitrate', 'read', 'relay', 'write'] as const satisfies readonly Right[]

const FORM = `write PATTERN:rights, with rights of ${RIGHTS.join(', ')}`

/** `app=shop,user=*:read,write`. What a pattern may look like the node says. @throws UsageError */
export function parsePermission(text: string): Permission & { readonly scope: string } {
  const colon = text.lastIndexOf(':')
  if (colon < 0) throw new UsageError(`${text}: ${FORM}`)
  const scope = text.slice(0, colon).trim()
  if (scope === '') throw new UsageError(`${text} names no scopes: ${FORM} (* is every scope)`)
  return { scope, rights: parseRights(text, text.slice(colon + 1)) }
}

function parseRights(text: string, list: string): Right[] {
  const given = list.split(',').map(word => {
    const right = RIGHTS.find(known => known === word.trim())
    if (right === undefined) {
      const what = word.trim() === '' ? 'a right is missing' : `${word.trim()} is no right`
      throw new UsageError(`${text}: ${what}: ${FORM}`)
    }
    return right
  })
  const twice = given.find((right, i) => given.indexOf(right) !== i)
  if (twice !== undefined) throw new UsageError(`${text} names ${twice} twice`)
  return RIGHTS.filter(right => given.includes(right))
}

export interface PermissionWords {
  /** `PATTERN:rights` each. */
  readonly scopes?: readonly string[] | undefined
  readonly resources?: readonly string[] | undefined
  /** Milliseconds since 1970, for all of them. */
  readonly until?: number | undefined
}

/** What several words and flags give together, in the order in which they were typed. @throws UsageError */
export function parsePermissions({ scopes = [], resources = [], until }: PermissionWords): Permission[] {
  const end = until === undefined ? {} : { until }
  const parsed = [
    ...scopes.map(text => ({ ...parsePermission(text), ...end })),
    ...resources.map(text => ({ ...parseResource(text), ...end })),
  ]
  const texts = parsed.map(permission => JSON.stringify(permission))
  const twice = texts.findIndex((text, i) => texts.indexOf(text) !== i)
  if (twice >= 0) throw new UsageError(`${[...scopes, ...resources][twice]} is there twice`)
  return parsed
}

function parseResource(text: string): Permission & { readonly resource: string } {
  if (text.trim() === '') throw new UsageError('--resource is empty: write a name, or * for any')
  return { resource: text.trim() }
}
