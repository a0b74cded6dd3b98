/** More words than these come from a page pasted into the search field, and add nothing but time. */
const QUERY_WORDS_MAX = 64

/**
 * What a user typed, as an FTS5 query for any of its words, or undefined if it has none. Only letters, digits and
 * the marks on them get through, each word in quotes, so nothing is an operator and nothing can be malformed.
 */
export function matchAny(text: string): string | undefined {
  const words = new Set(
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu),
  )
  if (words.size === 0) return undefined
  return [...words]
    .slice(0, QUERY_WORDS_MAX)
    .map(word => `"${word}"`)
    .join(' OR ')
}
