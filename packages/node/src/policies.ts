import {
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  keyedDocumentId,
  NOTE_PREFIX,
  newest,
  POLICY,
  type Policy,
  policyIn,
  type ScopeAddress,
  type ScopeNames,
  type Sibling,
  scopeId,
} from '@folkmoot/core'
import type { PolicyLookup } from './policy/decision.ts'
import type { PolicyReport } from './policy-reports.ts'
import { authorship, type Members } from './present.ts'
import type { Sight } from './sight.ts'

/** Policies that are kept parsed; more than any mesh has scopes with a policy of their own, as a rule. */
const KEPT_MAX = 1000

export interface FoundPolicy {
  /** Where its note is. */
  readonly scope: ScopeAddress
  readonly policy: Policy
  readonly said: Sibling
  /** Two were set at the same time; this is the newer one. */
  readonly isDisputed: boolean
}

/** Where policies are found: in the scope's own note, or else in that of the default scope. */
export class Policies {
  readonly #sight: Pick<Sight, 'row' | 'asOf'>
  readonly #at: { readonly names: ScopeNames }
  /** By the row's digest, which says whether the note has changed. */
  readonly #parsed = new Map<string, Policy | undefined>()

  /** @param at what scope ids are made with, which a node may learn late */
  constructor(sight: Pick<Sight, 'row' | 'asOf'>, at: { readonly names: ScopeNames }) {
    this.#sight = sight
    this.#at = at
  }

  /** For the length of one question: every scope is looked up once. @param at milliseconds since 1970; now by default */
  lookup(at?: number): PolicyLookup {
    const found = new Map<ScopeAddress, FoundPolicy | undefined>()
    return scope => {
      if (!found.has(scope)) found.set(scope, this.find(scope, at))
      return found.get(scope)
    }
  }

  find(scope: ScopeAddress, at?: number): FoundPolicy | undefined {
    return this.own(scope, at) ?? (scope === DEFAULT_SCOPE ? undefined : this.own(DEFAULT_SCOPE, at))
  }

  report(scope: ScopeAddress, members: Members): PolicyReport {
    const found = this.find(scope)
    if (found === undefined) return { scope: null, policy: null, setBy: null, conflict: false }
    const { node, at, entry } = found.said
    const setBy = authorship(members, node, at, entry)
    return { scope: found.scope, policy: found.policy, setBy, conflict: found.isDisputed }
  }

  /** That of this very scope. */
  own(scope: ScopeAddress, at?: number): FoundPolicy | undefined {
    const row = this.#noteOf(scope, at)
    const said = row?.registers[POLICY] ?? []
    const last = newest(said)
    if (row === undefined || last === undefined) return undefined
    const policy = this.#parse(row.digest, last)
    return policy && { scope, policy, said: last, isDisputed: said.length > 1 && hasOpen(row) }
  }

  #noteOf(scope: ScopeAddress, at: number | undefined): DocumentRow | undefined {
    const row = this.#sight.row(policyNoteId(scope, this.#at.names))
    return row === undefined || at === undefined ? row : this.#sight.asOf(row, at)
  }

  #parse(digest: string, { value }: Sibling): Policy | undefined {
    if (this.#parsed.has(digest)) return this.#parsed.get(digest)
    if (this.#parsed.size >= KEPT_MAX) this.#parsed.clear()
    const policy = policyIn(value)
    this.#parsed.set(digest, policy)
    return policy
  }
}

export function policyNoteId(scope: ScopeAddress, names: ScopeNames): DocumentId {
  return keyedDocumentId(scopeId(names, scope), 'record', `${NOTE_PREFIX}${POLICY}`)
}

function hasOpen({ conflicts }: DocumentRow): boolean {
  return conflicts.some(({ register, status }) => register === POLICY && status !== 'resolved')
}
