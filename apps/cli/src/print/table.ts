import { oneLine } from './clean.ts'
import type { Screen } from './screen.ts'
import { fit, widthOf } from './width.ts'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  readonly align?: 'right'
  /** This one gives way when the terminal is narrow. */
  readonly flexible?: true
  readonly paint?: (text: string, row: Row) => string
}

const GAP = '  '
const FLEXIBLE_CELLS_MIN = 12

/** Of a text in a pipe, which has no width of its own: a long one would make every row as long. */
const PIPED_CELLS_MAX = 120
/** Of anything else there: as long as a key or another name can be, so that scripts find them whole. */
const PIPED_NAME_CELLS_MAX = 256

/** Columns side by side, a row a line. Columns that are empty in every row are left out. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], screen: Screen): string {
  const texts = columns.map(({ cell }) => rows.map(row => oneLine(cell(row))))
  const shown = columns.flatMap((column, i) => {
    const cells = texts[i] ?? []
    if (cells.every(cell => cell === '')) return []
    const widest = cells.reduce((width, cell) => Math.max(width, widthOf(cell)), widthOf(column.title))
    return [{ column, cells, width: Math.min(widest, mostOf(column, screen.columns)) }]
  })
  const widths = squeeze(shown, screen.columns)

  const line = (cellOf: (i: number) => [text: string, paint: (text: string) => string]) => {
    const cells = shown.map(({ column }, i) => {
      const [text, paint] = cellOf(i)
      const kept = fit(text, widths[i] ?? 0)
      const space = ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(kept)))
      return column.align === 'right' ? space + paint(kept) : paint(kept) + space
    })
    return cells.join(GAP).trimEnd()
  }

  const head = line(i => [shown[i]?.column.title ?? '', screen.paint.dim])
  const body = rows.map((row, r) =>
    line(i => {
      const { column, cells } = shown[i] as (typeof shown)[number]
      return [cells[r] ?? '', text => column.paint?.(text, row) ?? text]
    }),
  )
  return [head, ...body].map(text => `${text}\n`).join('')
}

function mostOf<Row>({ flexible }: Column<Row>, columns: number): number {
  if (Number.isFinite(columns)) return flexible ? columns : Number.POSITIVE_INFINITY
  return flexible ? PIPED_CELLS_MAX : PIPED_NAME_CELLS_MAX
}

/** Takes what is missing from the flexible columns, widest first. */
function squeeze(
  shown: readonly { readonly column: { readonly flexible?: true }; readonly width: number }[],
  columns: number,
): number[] {
  const widths = shown.map(({ width }) => width)
  const all = () =>
    widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1)
  while (all() > columns) {
    const widest = Math.max(...shown.map(({ column }, i) => (column.flexible ? (widths[i] ?? 0) : 0)))
    if (widest <= FLEXIBLE_CELLS_MIN) break
    const place = shown.findIndex(({ column }, i) => column.flexible === true && widths[i] === widest)
    widths[place] = widest - 1
  }
  return widths
}
