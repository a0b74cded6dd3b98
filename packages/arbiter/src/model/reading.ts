/** What came of reading an answer. A fault is ours, word for word: it never repeats what the answer said. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: string }

export function fault<T>(why: string): Reading<T> {
  return { ok: false, fault: why }
}
