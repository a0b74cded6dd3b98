import type { NodeId } from '../ids.ts'
import type { Subject } from '../membership-body.ts'
import type { Member } from './access.ts'
import { subjectKey } from './acts.ts'
import type { Admins, Verdict } from './admins.ts'
import { type Grant, type Holding, inherited, isKnownTo, stands } from './holding.ts'
import { compareKnown, type Known } from './past.ts'
import { coversPlace, knownPattern, matches, type Pattern, type Place, parseResource } from './pattern.ts'

/** A key that speaks for an agent. */
export interface Certificate extends Holding {
  readonly entry: Known<'admit'>
  readonly node: NodeId
}

/** The grants of one subject over one pattern. */
interface Bundle {
  readonly scope: Pattern
  readonly grants: Grant[]
}

interface SubjectGrants {
  /** By text: a pattern without `*` is found by the scope that it covers. */
  readonly bundles: Map<string, Bundle>
  readonly open: Bundle[]
  readonly resources: Grant[]
}

/** All certificates and grants that count, with what was taken of each; and who stands in whose place. */
export class Holdings {
  readonly #admins: Admins
  readonly #certificates = new Map<NodeId, Certificate[]>()
  readonly #grants = new Map<string, SubjectGrants>()
  readonly #all: Grant[] = []

  constructor(admins: Admins) {
    this.#admins = admins
    for (const power of admins.powers()) this.#list(power)
  }

  certificatesOf(node: NodeId): readonly Certificate[] {
    return this.#certificates.get(node) ?? []
  }

  nodes(): Iterable<NodeId> {
    return this.#certificates.keys()
  }

  powersOf(node: NodeId): readonly Grant[] {
    return this.#admins.powersOf(node)
  }

  all(): readonly Grant[] {
    return this.#all
  }

  /** Calls for every grant to a subject over patterns that cover a place. */
  eachCovering(to: Subject, place: Place, visit: (grant: Grant) => void): void {
    const found = this.#grants.get(subjectKey(to))
    if (found === undefined) return
    for (const literal of place.literals) {
      const bundle = found.bundles.get(literal)
      if (bundle !== undefined) for (const grant of bundle.grants) visit(grant)
    }
    for (const { scope, grants } of found.open) {
      if (coversPlace(scope, place)) for (const grant of grants) visit(grant)
    }
  }

  grantsOf(to: Subject): readonly Grant[] {
    const found = this.#grants.get(subjectKey(to))
    return found === undefined ? [] : [...found.bundles.values()].flatMap(({ grants }) => grants)
  }

  resourcesOf(to: Subject, name: string): readonly Grant[] {
    const all = this.#grants.get(subjectKey(to))?.resources ?? []
    return all.filter(({ resource }) => resource !== null && matches(resource, name))
  }

  admit(entry: Known<'admit'>): void {
    const { node, notAfter = Number.POSITIVE_INFINITY } = entry.body
    this.#certify({ entry, node, via: [], until: notAfter, withdrawals: [] })
  }

  /** The right to admin is not among those taken in here: the admins themselves know who has it. */
  grant(entry: Known<'grant'>, verdict: Verdict & { void?: undefined }): void {
    const { to, permission } = entry.body
    const common = { entry, to, via: [], until: verdict.until, withdrawals: [] }
    if ('resource' in permission) {
      this.#give({ ...common, scope: null, rights: null, resource: parseResource(permission.resource) })
      return
    }
    const rights = (verdict.rights ?? []).filter(right => right !== 'admin')
    if (rights.length === 0) return
    this.#give({ ...common, scope: knownPattern(permission.scope), rights, resource: null })
  }

  /** An admin's grant of admin that was judged after all others. */
  addPower(power: Grant): void {
    this.#list(power)
  }

  #certify(certificate: Certificate): void {
    for (const act of this.#admins.acts.removalsOf(certificate.node)) {
      if (!isKnownTo(act, certificate)) certificate.withdrawals.push({ act, rights: null })
    }
    const list = this.#certificates.get(certificate.node)
    if (list === undefined) this.#certificates.set(certificate.node, [certificate])
    else list.push(certificate)
    for (const { rotation, to } of this.#admins.successions.get(certificate.node) ?? []) {
      const taken = inherited(certificate, rotation)
      if (taken !== undefined) this.#certify({ ...taken, node: to })
    }
  }

  #give(grant: Grant): void {
    this.#admins.acts.withdrawFrom(grant)
    this.#list(grant)
    if (!('node' in grant.to)) return
    for (const { rotation, to } of this.#admins.successions.get(grant.to.node) ?? []) {
      const taken = inherited(grant, rotation)
      if (taken !== undefined) this.#give({ ...taken, to: { node: to } })
    }
  }

  #list(grant: Grant): void {
    this.#all.push(grant)
    const key = subjectKey(grant.to)
    let found = this.#grants.get(key)
    if (found === undefined) {
      found = { bundles: new Map(), open: [], resources: [] }
      this.#grants.set(key, found)
    }
    const { scope } = grant
    if (scope === null) {
      found.resources.push(grant)
      return
    }
    const bundle = found.bundles.get(scope.text)
    if (bundle !== undefined) {
      bundle.grants.push(grant)
      return
    }
    const made = { scope, grants: [grant] }
    found.bundles.set(scope.text, made)
    if (scope.isOpen) found.open.push(made)
  }
}

/** The certificate that says who a node is: the earliest of those that count, by time and then by hash. */
export function earliest(
  certificates: readonly Certificate[],
  counts: (held: Certificate) => boolean,
): Certificate | undefined {
  let first: Certificate | undefined
  for (const held of certificates) {
    if (!counts(held)) continue
    if (first === undefined || compareKnown(held.entry, first.entry) < 0) first = held
  }
  return first
}

/** Of a node that is no member any more too: what it wrote has an author. */
export function memberFrom(certificates: readonly Certificate[]): Member | undefined {
  const standing = certificates.filter(held => stands(held))
  const counted = standing.length > 0 ? standing : certificates
  const first = earliest(counted, () => true)
  if (first === undefined) return undefined
  const { name, agent } = first.entry.body
  const { at, tick, hash } = first.via.at(-1) ?? first.entry
  const until = counted.reduce((latest, held) => Math.max(latest, held.until), -1)
  const notAfter = Number.isFinite(until) ? until : null
  return { node: first.node, name, agent, at, tick, entry: hash, notAfter }
}
