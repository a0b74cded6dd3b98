import { type Client, decodeText, type Params, type Result } from '@folkmoot/gateway/client'
import { lossIn } from './input/exact-json.ts'
import { LINE_BYTES_MAX, type Line } from './input/lines.ts'

type Batch = Params<'import'>['records']
type Report = Omit<Result<'import'>, 'renamed'>

const COUNTS = ['imported', 'skipped', 'quoted', 'unsourced'] as const

/** One batch is one request: enough memories to be quick, few enough bytes for the socket. */
const BATCH_LINES_MAX = 500
const BATCH_BYTES_MAX = 2 * 1024 * 1024

/** Stops at the first line that cannot be kept; all before it is kept. */
export async function importLines(
  client: Pick<Client, 'call'>,
  lines: AsyncIterable<Line>,
  onRead: (bytes: number) => void,
): Promise<Report> {
  const total = { imported: 0, skipped: 0, quoted: 0, unsourced: 0 }
  const renamed = new Map<string, string>()
  let batch: Batch = []
  let size = 0

  const flush = async (): Promise<Report['refused']> => {
    if (batch.length === 0) return null
    const records = batch.map(({ line, record }) => ({ line, record: withSources(record, renamed) }))
    const report = await client.call('import', { records })
    for (const what of COUNTS) total[what] += report[what]
    for (const [exported, id] of Object.entries(report.renamed)) renamed.set(exported, id)
    batch = []
    size = 0
    return report.refused
  }

  for await (const { number, bytes, end } of lines) {
    const parsed = parseLine(bytes)
    if ('reason' in parsed) {
      const refused = await flush()
      return { ...total, refused: refused ?? { line: number, reason: parsed.reason } }
    }
    batch.push({ line: number, record: parsed.record })
    size += bytes?.length ?? 0
    if (batch.length < BATCH_LINES_MAX && size < BATCH_BYTES_MAX) continue
    const refused = await flush()
    if (refused !== null) return { ...total, refused }
    onRead(end)
  }
  const refused = await flush()
  return { ...total, refused }
}

/** A memory that names others which an earlier batch brought: by what they are called here. */
function withSources(record: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (typeof record !== 'object' || record === null || !('derivedFrom' in record)) return record
  const { derivedFrom } = record
  if (!Array.isArray(derivedFrom)) return record
  return { ...record, derivedFrom: derivedFrom.map(source => renamed.get(source) ?? source) }
}

function parseLine(bytes: Buffer | undefined): { readonly record: unknown } | { readonly reason: string } {
  if (bytes === undefined) return { reason: `over ${LINE_BYTES_MAX} bytes` }
  try {
    const text = decodeText(bytes)
    const record: unknown = JSON.parse(text)
    const loss = lossIn(text)
    return loss === undefined ? { record } : { reason: loss }
  } catch (error) {
    return { reason: error instanceof SyntaxError ? 'not JSON' : 'not UTF-8 text' }
  }
}
