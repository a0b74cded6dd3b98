import { type Client, decodeText, type Params, type Result } from '@folkmoot/gateway/client'
import { LINE_BYTES_MAX, type Line } from './input/lines.ts'

type Batch = Params<'import'>['records']
type Report = Result<'import'>

/** One batch is one request: enough memories to be quick, few enough bytes for the socket. */
const BATCH_LINES_MAX = 500
const BATCH_BYTES_MAX = 2 * 1024 * 1024

/** Stops at the first line that cannot be kept; all before it is kept. */
export async function importLines(
  client: Pick<Client, 'call'>,
  lines: AsyncIterable<Line>,
  onRead: (bytes: number) => void,
): Promise<Report> {
  let imported = 0
  let batch: Batch = []
  let size = 0

  const flush = async (): Promise<Report['refused']> => {
    if (batch.length === 0) return null
    const report = await client.call('import', { records: batch })
    imported += report.imported
    batch = []
    size = 0
    return report.refused
  }

  for await (const { number, bytes, end } of lines) {
    const parsed = parseLine(bytes)
    if ('reason' in parsed) {
      const refused = await flush()
      return { imported, refused: refused ?? { line: number, reason: parsed.reason } }
    }
    batch.push({ line: number, record: parsed.record })
    size += bytes?.length ?? 0
    if (batch.length < BATCH_LINES_MAX && size < BATCH_BYTES_MAX) continue
    const refused = await flush()
    if (refused !== null) return { imported, refused }
    onRead(end)
  }
  const refused = await flush()
  return { imported, refused }
}

function parseLine(bytes: Buffer | undefined): { readonly record: unknown } | { readonly reason: string } {
  if (bytes === undefined) return { reason: `over ${LINE_BYTES_MAX} bytes` }
  try {
    return { record: JSON.parse(decodeText(bytes)) }
  } catch (error) {
    return { reason: error instanceof SyntaxError ? 'not JSON' : 'not UTF-8 text' }
  }
}
