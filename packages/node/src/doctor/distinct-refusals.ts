import type { Refusal } from '@folkmoot/core'

/**
 * Each entry that was refused once, however often it was offered.
 * @param refusals newest first; of several the newest stays
 */
export function distinctRefusals(refusals: readonly Refusal[]): readonly Refusal[] {
  const seen = new Set<string>()
  return refusals.filter(({ from, code, log, seq }) => {
    // Without a place in a log nothing says that two are about the same.
    if (log === undefined || seq === undefined) return true
    const about = `${from} ${code} ${log} ${seq}`
    const isFirst = !seen.has(about)
    seen.add(about)
    return isFirst
  })
}
