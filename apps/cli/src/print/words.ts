/** Small things that are written the same way everywhere. */
import { lines, oneLine } from './clean.ts'

const SHORT_ID = 12
const UNITS = [
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['y', 365 * 86_400_000],
] as const

/** `3 m ago`, `in 2 h`, `now`. */
export function ago(iso: string, now: number): string {
  const ms = now - Date.parse(iso)
  if (!Number.isFinite(ms)) return iso
  const away = Math.abs(ms)
  if (away < 1000) return 'now'
  const [unit, size] = UNITS.findLast(([, size]) => away >= size) ?? UNITS[0]
  const count = `${Math.floor(away / size)} ${unit}`
  return ms > 0 ? `${count} ago` : `in ${count}`
}

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID)
}

/** All PeerIds of Ed25519 keys begin alike; their ends differ. */
export function shortNode(node: string): string {
  return node.length > SHORT_ID ? `…${node.slice(-8)}` : node
}

/** Text as it is, everything else as JSON. */
export function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function valueLine(value: unknown): string {
  return value === null ? '(retracted)' : oneLine(plain(value))
}

export function valueLines(value: unknown): string {
  return lines(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2))
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

/** For a line that can be typed into a shell. */
export function quoted(word: string): string {
  return /^[\w.,:=@%+/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
