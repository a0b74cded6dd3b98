/** On what grounds a change is made, as it is written down for good. */
import {
  type DocumentRow,
  FolkmootError,
  limits,
  NotFoundError,
  type Provenance,
  TooLargeError,
  UsageError,
  utf8,
} from '@folkmoot/core'
import type { BasedOptions, WriteOptions } from './api.ts'
import { checkedBasis } from './beliefs/basis.ts'
import type { Finder } from './find.ts'
import type { Members } from './present.ts'
import type { Sight } from './sight.ts'

/** Of each list of one change. A peer would refuse more. */
const RESOURCES_MAX = 64
const SOURCES_MAX = 64
const CONTRIBUTORS_MAX = 256

export interface ProvenanceParts {
  readonly sight: Sight
  readonly members: Members
  readonly finder: Finder
}

/**
 * What a change says of its grounds. A restriction follows the information: it inherits the contributors and the
 * resources of the memories that it rests on.
 * @throws NotFoundError for a source that may not be read
 * @throws FolkmootError forbidden, for a resource that may not be used or another user than the one served
 */
export function provenanceOf(
  options: BasedOptions,
  { sight, members, finder }: ProvenanceParts,
): Provenance | undefined {
  const { reason, source, derivedFrom = [], resources = [] } = options
  const basedOn = checkedBasis(options.basedOn ?? [])
  const named = derivedFrom.map(idOrKey => sourceRow(idOrKey, options.scope, finder))
  const sources = [...new Map(named.map(row => [row.id, row])).values()]
  for (const resource of resources) checkResource(resource, sight)
  const onBehalfOf = servedBy(options, sight)
  const contributors = sorted(sources.flatMap(row => [...agentsOf(row, members), ...row.contributors]))
  const drawnOn = sorted([...resources, ...sources.flatMap(row => row.resources)])
  checkCount('derivedFrom', sources.length, SOURCES_MAX)
  checkCount('contributors', contributors.length, CONTRIBUTORS_MAX)
  checkCount('resources', drawnOn.length, RESOURCES_MAX)
  const why: Provenance = {
    ...(reason === undefined ? {} : { reason }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(source === undefined ? {} : { source }),
    ...(drawnOn.length === 0 ? {} : { resources: drawnOn }),
    ...(sources.length === 0 ? {} : { derivedFrom: sources.map(({ id }) => id) }),
    ...(contributors.length === 0 ? {} : { contributors }),
    ...(basedOn.length === 0 ? {} : { basedOn: [...basedOn] }),
  }
  return Object.keys(why).length === 0 ? undefined : why
}

/** A source is looked for where the change is made before it is looked for elsewhere. @throws NotFoundError */
function sourceRow(idOrKey: string, scope: string | undefined, finder: Finder): DocumentRow {
  const near = scope === undefined ? undefined : finder.find(idOrKey, scope)
  return near ?? finder.row(idOrKey)
}

/** An author without an agent could not be named, and the restriction would be lost. */
function agentsOf(row: DocumentRow, members: Members): string[] {
  return row.authors.map(node => {
    const agent = members.member(node)?.agent
    if (agent === undefined) throw new NotFoundError(`author ${node} of memory ${row.id}`)
    return agent
  })
}

function servedBy({ onBehalfOf }: WriteOptions, { principal }: Sight): string | undefined {
  const { user } = principal
  if (user !== undefined && onBehalfOf !== undefined && onBehalfOf !== user)
    throw new FolkmootError('forbidden', `this visitor serves ${user}, not ${onBehalfOf}`)
  return onBehalfOf ?? user
}

function checkResource(resource: string, sight: Sight): void {
  const size = utf8(resource).length
  if (size === 0 || size > limits.NAME_BYTES_MAX)
    throw new UsageError(`a resource has 1 to ${limits.NAME_BYTES_MAX} bytes, this one ${size}`)
  if (!sight.mayUse(resource))
    throw new FolkmootError('forbidden', `without leave to use the resource ${resource}`)
}

function checkCount(what: string, count: number, max: number): void {
  if (count > max) throw new TooLargeError(what, count, max)
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}
