import { UsageError } from '../fault.ts'

const DAY_MS = 86_400_000
const UNIT_MS: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
  y: 365 * DAY_MS,
}
/** A word begins with the letter that stands for it. */
const UNIT = '(?:ms|(?:second|minute|hour|day|week|year)s?|[smhdwy])'
const NUMBER = String.raw`\d+(?:\.\d+)?`
const PART = new RegExp(String.raw`(${NUMBER})\s*(${UNIT})`, 'g')
const DURATION = new RegExp(String.raw`^(?:${NUMBER}\s*${UNIT}\s*)+$`)
/** Milliseconds before now. */
const WORDS: { readonly [word: string]: number } = { now: 0, yesterday: DAY_MS }
const ENTRIES = /^[0-9a-f]{6,64}(,[0-9a-f]{6,64})*$/
/** With a year, a month and a day: `Date.parse` alone also takes `5` and `may`. */
const DATE = /^\d{4}-\d{2}-\d{2}/

/** `90s`, `1h 30m`, `2 days` in milliseconds. @throws UsageError */
export function parseDuration(flag: string, text: string): number {
  const trimmed = text.trim()
  if (!DURATION.test(trimmed))
    throw new UsageError(`--${flag} ${text}: not a duration (write 90s, 10m, 1h, 7d)`)
  let ms = 0
  for (const [, number, unit = ''] of trimmed.matchAll(PART)) ms += Number(number) * unitMs(unit)
  return Math.round(ms)
}

function unitMs(unit: string): number {
  return UNIT_MS[unit] ?? UNIT_MS[unit.charAt(0)] ?? 0
}

/** A duration that takes some time. @throws UsageError */
export function parseLifetime(flag: string, text: string): number {
  const ms = parseDuration(flag, text)
  if (ms > 0) return ms
  throw new UsageError(`--${flag} ${text}: that would be over at once`)
}

/** `10m`, `2 days ago`, `yesterday`, `now`, ISO 8601, or entries separated by commas. @throws UsageError */
export function parseAsOf(text: string, now: number): string | string[] {
  const trimmed = text.trim()
  if (ENTRIES.test(trimmed)) return trimmed.split(',')
  const ms = agoOrDate('at', trimmed, now)
  if (ms !== undefined) return new Date(ms).toISOString()
  throw new UsageError(`--at ${text}: not a time (write 2026-01-31T12:00:00Z or 10m ago) nor entries`)
}

/** `10m`, `2 days ago`, `yesterday`, `now` or ISO 8601. @throws UsageError */
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
  const before = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined
  if (before !== undefined) return now - before
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
