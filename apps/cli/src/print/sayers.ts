/** In whose name a value is printed: what a judge picked is still said by whoever said it. */

export interface Sayer {
  readonly node: string
  readonly name?: string
  readonly agent: string
  readonly at: string
  readonly entry: string
}

/** Who put a value there; and where that was a judge, who had said the same before. */
export interface Sayers extends Sayer {
  readonly verdict?: { readonly judge: string; readonly statedBy: readonly Sayer[] }
}

/** `ann`, or `ann, picked by ben`; and whether anybody said it, or the judge found the words. */
export function sayersOf(
  said: Sayers,
  nameOf: (by: Sayer) => string,
): { readonly verb: 'said' | 'found'; readonly by: string } {
  const { verdict } = said
  if (verdict === undefined) return { verb: 'said', by: nameOf(said) }
  const judge = verdict.judge === 'person' ? nameOf(said) : `${nameOf(said)} (${verdict.judge})`
  const [first, ...others] = verdict.statedBy
  if (first === undefined) return { verb: 'found', by: judge }
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  return { verb: 'said', by: `${nameOf(first)}${more}, picked by ${judge}` }
}

/** For a table. */
export function sayersCell(said: Sayers, nameOf: (by: Sayer) => string): string {
  const { verb, by } = sayersOf(said, nameOf)
  return verb === 'said' ? by : `found by ${by}`
}

interface Spoken {
  readonly value: unknown
  readonly siblings: readonly (Sayers & { readonly value: unknown })[]
  readonly provenance: Sayer
}

/** Who says the value in effect: of a memory in dispute that need not be who spoke last, unless it was put together. */
export function sayerOfEffective({ value, siblings, provenance }: Spoken): Sayers {
  const text = JSON.stringify(value)
  const said = siblings.findLast(sibling => JSON.stringify(sibling.value) === text)
  if (said === undefined) return provenance
  return said.entry === provenance.entry ? { ...said, ...provenance } : said
}
