import { FolkmootError, retract } from '@folkmoot/core'
import type { Sight } from '../sight.ts'
import type { Writer } from '../writer.ts'
import type { RollBackReport, Tainted, TaintReport } from './taint-report.ts'

/** Changes handed to the inbox at once. */
const CHUNK = 2000

type Outcome =
  | { readonly kind: 'retracted'; readonly one: RollBackReport['retracted'][number] }
  | { readonly kind: 'skipped'; readonly one: RollBackReport['skipped'][number] }

/** Retracts what still stands of these memories; the first one stays as it is. */
export async function rollBack(
  { id }: Pick<TaintReport, 'id'>,
  records: readonly Tainted[],
  reason: string | undefined,
  { sight, writer }: { readonly sight: Sight; readonly writer: Writer },
): Promise<RollBackReport> {
  const outcomes: Outcome[] = []
  for (let start = 0; start < records.length; start += CHUNK) {
    const chunk = records.slice(start, start + CHUNK)
    outcomes.push(...(await Promise.all(chunk.map(record => takeBack(record)))))
  }
  return {
    id,
    retracted: outcomes.flatMap(({ kind, one }) => (kind === 'retracted' ? [one] : [])),
    skipped: outcomes.flatMap(({ kind, one }) => (kind === 'skipped' ? [one] : [])),
  }

  async function takeBack({ id: record, type, retracted, link, path }: Tainted): Promise<Outcome> {
    const skipped = (why: string): Outcome => ({ kind: 'skipped', one: { id: record, why } })
    if (retracted) return skipped('retracted already')
    if (type === 'block') return skipped('a shared text is edited, not retracted')
    const row = sight.row(record)
    if (row === undefined) return skipped('not here any more')
    // Of what it was derived from already, so that the ways that led here stay as they are.
    const sources = path.slice(-1).filter(step => step.link === 'derived')
    const derivedFrom = sources.flatMap(({ from }) => (sight.row(from) === undefined ? [] : [from]))
    const because = `rolled back: ${link === 'derived' ? 'derived from' : 'written because of'} ${id}`
    const said = { reason: reason ?? because }
    try {
      const { entry } = await writer.change(row.scope, retract(record, writer.why({ ...said, derivedFrom })))
      return { kind: 'retracted', one: { id: record, entry } }
    } catch (error) {
      if (error instanceof FolkmootError && error.code !== 'internal') return skipped(error.message)
      throw error
    }
  }
}
