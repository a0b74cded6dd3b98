/**
 * On whose statements a value rests that a verdict put there. Rules go by who said something, when and how sure; a judge
 * who picks it does not say it, so that a value which comes late is weighed against what was said, and not against the
 * judge. What a verdict replaced is taken from the causal past, not from its own words.
 */
import type { EntryHash } from './ids.ts'
import { saying } from './resolve.ts'
import type { Sibling, SiblingVerdict } from './row.ts'
import { type ChangeOf, verdictIn } from './settlement.ts'
import { siblingOf, sortSiblings } from './sibling.ts'

/** What has to be known of a document. */
export interface VerdictPast {
  readonly changeOf: ChangeOf
  /** The values of the register that a change replaced. */
  readonly replaced: (entry: EntryHash) => readonly EntryHash[]
  /** Whether it is a verdict that was taken back. */
  readonly isUndone: (entry: EntryHash) => boolean
}

/** Verdicts upon verdicts, looked through: more than any honest dispute has, and little work. */
const LOOKED_AT_MAX = 256

/** The same value; if a verdict put it there, with what that rests on. */
export function withVerdict(said: Sibling, register: string, past: VerdictPast): Sibling {
  const verdict = verdictIn(past.changeOf(said.entry), register)
  if (verdict === undefined) return said
  const { kind, judge } = verdict
  const on = kind === 'pick' || judge === 'rule' ? statementsBehind(said.entry, register, past) : []
  return { ...said, verdict: { judge, on } }
}

function statementsBehind(verdict: EntryHash, register: string, past: VerdictPast): SiblingVerdict['on'] {
  const found = new Map<EntryHash, Sibling>()
  const met = new Set<string>()
  const open: { readonly entry: EntryHash; readonly only: string | undefined }[] = [
    { entry: verdict, only: undefined },
  ]
  for (let next = open.shift(); next !== undefined && met.size < LOOKED_AT_MAX; next = open.shift()) {
    const { entry, only } = next
    const change = past.changeOf(entry)
    const said = change && siblingOf(change, register)
    if (said === undefined || met.has(`${entry} ${only}`)) continue
    met.add(`${entry} ${only}`)
    const through = goesThrough(said, register, past)
    if (through === undefined) {
      if (only === undefined || only === saying(said)) found.set(entry, said)
    } else if (through === 'all' || only === undefined || only === saying(said)) {
      const wanted = through === 'all' ? only : saying(said)
      for (const replaced of past.replaced(entry)) open.push({ entry: replaced, only: wanted })
    }
  }
  return sortSiblings([...found.values()])
}

/** Of what it replaced, a rule went by all; a pick stands for what says the same; other words are their author's. */
function goesThrough(said: Sibling, register: string, past: VerdictPast): 'all' | 'same' | undefined {
  const verdict = verdictIn(past.changeOf(said.entry), register)
  if (verdict === undefined) return undefined
  if (verdict.judge === 'rule' || past.isUndone(said.entry)) return 'all'
  return verdict.kind === 'pick' ? 'same' : undefined
}
