/** Memories as `export` gives them. */
import { canonicalJson, type DocumentRow, disagree, newest, utf8 } from '@folkmoot/core'
import type { Memory } from './api.ts'
import type { Authorship, Candidate } from './authorship.ts'
import { claimOf } from './beliefs/claims.ts'
import { statementsFor } from './beliefs/said-of.ts'
import { effectiveOf, memoryOf, type Presenter } from './present.ts'
import { REGISTERS } from './registers.ts'
import type { Exported, ExportedValue } from './write-options.ts'

/** Bytes that the values beside the one in effect may take, as JSON: a line has to be short enough to be read again. */
const OTHERS_BYTES_MAX = 256 * 1024
/** Registers that hold for some values only: whether for the one in effect the memory tells. */
const OF_THE_VALUE: readonly string[] = ['claim', 'confidence']
/** Sources that one change can name. */
const SOURCES_MAX = 64

/**
 * The value in effect and what `remember` can say with it. Who said it and what competes with it stand beside it, for
 * information.
 */
export function exported(row: DocumentRow, by: Presenter): Exported {
  const memory = memoryOf(row, by)
  const { tags, confidence, caution } = memory
  const claim = claimSaid(row, memory, by)
  const sources = row.sources.filter(id => by.rowOf(id) !== undefined).slice(0, SOURCES_MAX)
  const said = saidBy(memory)
  return {
    id: row.id,
    value: memory.value,
    scope: row.scope,
    kind: memory.kind,
    ...(row.key === null ? {} : { key: row.key }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(row.resources.length === 0 ? {} : { resources: row.resources }),
    ...(sources.length === 0 ? {} : { derivedFrom: sources }),
    ...registersOf(row, by),
    ...groundsOf(memory, said),
    ...(claim === null ? {} : { claim }),
    ...(confidence === null ? {} : { confidence }),
    ...(caution === null ? {} : { caution }),
    by: authorOf(said),
    ...(disagree(row.registers.content ?? []) ? { others: othersIn(memory) } : {}),
  }
}

function registersOf(row: DocumentRow, by: Presenter): Partial<Exported> {
  const registers = REGISTERS.flatMap(register => {
    const value = newest(row.registers[register] ?? [])
    if (value === undefined || value.ended || OF_THE_VALUE.includes(register)) return []
    const effective = effectiveOf(row, register, by)
    // A rule that puts statements together makes a list, which is nothing to import as a date or a share.
    const isList = Array.isArray(effective) && !Array.isArray(value.value)
    return [[register, isList ? value.value : effective] as const]
  })
  return Object.fromEntries(registers)
}

/** Who says the value in effect; the newest statement, if a rule has put that together. */
function saidBy({ siblings, value, provenance }: Memory): Authorship {
  return siblings.findLast(said => isSaid(said, value)) ?? provenance
}

/**
 * The claim that the value was said with: who checked it says nothing that whoever takes it in could say as well.
 */
function claimSaid(row: DocumentRow, { claim, value }: Memory, { changeAt }: Presenter): Memory['claim'] {
  if (claim !== 'verified') return claim
  const claims = statementsFor(row, value).flatMap(({ entry }) => {
    const body = changeAt?.(entry)?.body
    if (body?.type !== 'change') return []
    return body.ops.map(op => (op[0] === 'put' && op[1] === 'claim' ? claimOf(op[2]) : null))
  })
  return claims.findLast(said => said !== null) ?? null
}

/** Reason and source, where they are those of the value in effect. */
function groundsOf({ provenance }: Memory, said: Authorship): Partial<Exported> {
  if (said.entry !== provenance.entry) return {}
  const { reason, source } = provenance.why ?? {}
  return { ...(reason === undefined ? {} : { reason }), ...(source === undefined ? {} : { source }) }
}

function othersIn({ siblings, value }: Memory): readonly ExportedValue[] {
  const others: ExportedValue[] = []
  let size = 0
  for (const sibling of siblings.toReversed()) {
    if (isSaid(sibling, value)) continue
    const { value: other, ended, caution } = sibling
    const told = { value: other, ended, ...authorOf(sibling), ...(caution === null ? {} : { caution }) }
    size += utf8(JSON.stringify(told)).length
    if (size > OTHERS_BYTES_MAX) break
    others.push(told)
  }
  return others
}

function isSaid({ value, ended }: Candidate, effective: Memory['value']): boolean {
  return !ended && canonicalJson(value) === canonicalJson(effective)
}

function authorOf({ node, name, agent, at }: Authorship): Omit<Authorship, 'entry'> {
  return { node, name, agent, at }
}
