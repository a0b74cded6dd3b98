/** Word tables are written as lines of text, so that they can be read. */

/** `'tea coffee'` to a set of words. */
export const wordSet = (text: string): ReadonlySet<string> => new Set(wordsOf(text))

export const wordsOf = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Lines of `name: word word` to a map from each word, and the name, to the name. */
export function wordMap(text: string): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  for (const line of text.trim().split('\n')) {
    const [name = '', forms = ''] = line.split(':').map(part => part.trim())
    map.set(name, name)
    for (const form of forms.split(/\s+/)) if (form !== '') map.set(form, name)
  }
  return map
}
