/** Permissions as doors take them. */
import { limits, type Permission, parsePattern, parseResource, RIGHTS } from '@folkmoot/core'
import * as v from 'valibot'
import { moment } from './fields.ts'

const until = {
  until: v.exactOptional(v.pipe(moment, v.safeInteger('not a whole millisecond'), v.minValue(0))),
}

function parsed(parse: (text: string) => string) {
  return v.pipe(
    v.string(),
    v.transform(text => parse(text)),
  )
}

const rights = v.pipe(
  v.array(v.picklist(RIGHTS)),
  v.minLength(1, 'names no right'),
  v.maxLength(RIGHTS.length),
)

/** Rights over a pattern, or leave to use a resource. */
const permission = v.pipe(
  v.strictObject({
    scope: v.exactOptional(parsed(parsePattern)),
    rights: v.exactOptional(rights),
    resource: v.exactOptional(parsed(parseResource)),
    ...until,
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): Permission => {
    const { scope, rights, resource, until } = dataset.value
    const rest = until === undefined ? {} : { until }
    if (scope !== undefined && rights !== undefined && resource === undefined)
      return { scope, rights, ...rest }
    if (scope === undefined && rights === undefined && resource !== undefined) return { resource, ...rest }
    addIssue({ message: 'a permission is a scope with rights, or a resource' })
    return NEVER
  }),
)

export const permissions = v.pipe(
  v.array(permission),
  v.minLength(1, 'names no permission'),
  v.maxLength(limits.GRANTS_PER_INVITE_MAX),
)
