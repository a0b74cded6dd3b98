import { BACKOFF_MS, BACKOFF_MS_MAX, RETRY_AFTER_MS_MAX } from './limits.ts'

/** Milliseconds before retry number `retry`, counted from 0; `random` is in [0, 1), and half of the wait is its. */
export function backoffMs(retry: number, random: number): number {
  return Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** retry) * (0.5 + random / 2)
}

/** Milliseconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); null if it says neither. */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,15}(?:\.\d+)?$/.test(text)) return Math.min(RETRY_AFTER_MS_MAX, Number(text) * 1000)
  // Dates of the header begin with a day's name; Date.parse would also take a bare number for a year.
  const at = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.min(RETRY_AFTER_MS_MAX, Math.max(0, at - now))
}
