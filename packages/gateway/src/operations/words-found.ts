import type { Memory } from '@folkmoot/node'

/** Which words of a query a memory holds as they were typed, in the order of the query. */
export function wordsFound(query: string, { value, key, tags }: Memory): string[] {
  const text = [typeof value === 'string' ? value : JSON.stringify(value), key ?? '', ...tags].join('\n')
  const held = new Set(wordsOf(text))
  return [...new Set(wordsOf(query))].filter(word => held.has(word))
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}
