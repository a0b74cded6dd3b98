import { canonicalJson, type Json } from './json.ts'
import { newest } from './resolve.ts'
import type { DocumentRow } from './row.ts'

/** What a row is found by. Derived from the row alone, so that every storage lists and finds the same. */
export interface RowFacets {
  readonly kind: string
  readonly tags: readonly string[]
  /** `settled` once had a conflict; `open` includes one that was put off. */
  readonly conflict: 'none' | 'settled' | 'open'
  /** When it stops being shown, in milliseconds since 1970; null for never, as of anything that is pinned. */
  readonly expiresAt: number | null
  /** What full-text search looks into; empty once erased. */
  readonly words: string
}

export function facetsOf(row: DocumentRow): RowFacets {
  const tags = row.sets.tags ?? []
  return {
    kind: kindOf(row),
    tags,
    conflict: conflictOf(row),
    expiresAt: expiryOf(row),
    words: wordsOf(row, tags),
  }
}

function kindOf(row: DocumentRow): string {
  const kind = latest(row, 'kind')
  if (typeof kind === 'string') return kind
  return row.type === 'record' ? 'semantic' : row.type
}

function conflictOf({ conflicts }: DocumentRow): RowFacets['conflict'] {
  if (conflicts.length === 0) return 'none'
  return conflicts.some(({ status }) => status !== 'resolved') ? 'open' : 'settled'
}

function expiryOf(row: DocumentRow): number | null {
  const expiresAt = latest(row, 'expiresAt')
  return typeof expiresAt === 'number' && latest(row, 'pinned') !== true ? expiresAt : null
}

function wordsOf(row: DocumentRow, tags: readonly string[]): string {
  if (row.type === 'note') return ''
  return [...textsOf(row), row.key ?? '', ...tags].filter(part => part !== '').join('\n')
}

/** A directive does not hide what is stated beside it: then a memory is found by all that it says. */
function textsOf({ registers }: DocumentRow): readonly string[] {
  const content = registers.content ?? []
  const hasDirective = (registers.claim ?? []).some(({ value }) => value === 'directive')
  const found = hasDirective ? content : content.slice(-1)
  const values = found.filter(({ ended }) => !ended).map(({ value }) => value)
  return values.map(value => (typeof value === 'string' ? value : value === null ? '' : canonicalJson(value)))
}

function latest(row: DocumentRow, register: string): Json {
  return newest(row.registers[register] ?? [])?.value ?? null
}
