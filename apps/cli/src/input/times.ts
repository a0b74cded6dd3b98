import { UsageError } from '../fault.ts'

const UNIT_MS: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
}
const PART = /(\d+(?:\.\d+)?)\s*(ms|[smhdwy])/g
const DURATION = /^(?:\d+(?:\.\d+)?\s*(?:ms|[smhdwy])\s*)+$/
const ENTRIES = /^[0-9a-f]{6,64}(,[0-9a-f]{6,64})*$/
/** With a year, a month and a day: `Date.parse` alone also takes `5` and `may`. */
const DATE = /^\d{4}-\d{2}-\d{2}/

/** `90s`, `1h 30m` in milliseconds. @throws UsageError */
export function parseDuration(flag: string, text: string): number {
  const trimmed = text.trim()
  if (!DURATION.test(trimmed))
    throw new UsageError(`--${flag} ${text}: not a duration (write 90s, 10m, 1h, 7d)`)
  let ms = 0
  for (const [, number, unit] of trimmed.matchAll(PART)) ms += Number(number) * (UNIT_MS[unit ?? ''] ?? 0)
  return Math.round(ms)
}

/** `10m`, `2h ago`, ISO 8601, or entries separated by commas. @throws UsageError */
export function parseAsOf(text: string, now: number): string | string[] {
  const trimmed = text.trim()
  if (ENTRIES.test(trimmed)) return trimmed.split(',')
  const ms = agoOrDate('at', trimmed, now)
  if (ms !== undefined) return new Date(ms).toISOString()
  throw new UsageError(`--at ${text}: not a time (write 2026-01-31T12:00:00Z or 10m ago) nor entries`)
}

/** `10m`, `2h ago` or ISO 8601. @throws UsageError */
export function parseTime(flag: string, text: string, now: number): string {
  const ms = agoOrDate(flag, text.trim(), now)
  if (ms !== undefined) return new Date(ms).toISOString()
  throw new UsageError(`--${flag} ${text}: not a time (write 2026-01-31T12:00:00Z or 10m ago)`)
}

/** `30d` from now, or ISO 8601; in milliseconds since 1970. @throws UsageError, also if it is past */
export function parseEnd(flag: string, text: string, now: number): number {
  const trimmed = text.trim()
  const ms = DURATION.test(trimmed) ? momentAt(now + parseDuration(flag, trimmed)) : dateIn(trimmed)
  if (ms === undefined) {
    throw new UsageError(`--${flag} ${text}: not a time to come (write 30d or 2026-12-31)`)
  }
  if (ms <= now) throw new UsageError(`--${flag} ${text}: that is past already`)
  return ms
}

function agoOrDate(flag: string, text: string, now: number): number | undefined {
  const relative = text.replace(/\s*ago$/, '')
  return DURATION.test(relative) ? momentAt(now - parseDuration(flag, relative)) : dateIn(text)
}

function dateIn(text: string): number | undefined {
  return DATE.test(text) ? momentAt(Date.parse(text)) : undefined
}

/** Only what a Date can hold. */
function momentAt(ms: number): number | undefined {
  return Number.isFinite(new Date(ms).getTime()) ? ms : undefined
}
