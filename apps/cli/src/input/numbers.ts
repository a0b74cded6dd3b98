import { UsageError } from '../fault.ts'

/** @throws UsageError */
export function parseCount(
  flag: string,
  text: string | undefined,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (/^\d+$/.test(text) && number > max)
    throw new UsageError(`--${flag} ${text}: at most ${max.toLocaleString('en')}`)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= min) return number
  throw new UsageError(`--${flag} ${text}: not a whole number${min > 0 ? ` from ${min} on` : ''}`)
}

/** A number from 0 to 1. @throws UsageError */
export function parseShare(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (text.trim() !== '' && number >= 0 && number <= 1) return number
  throw new UsageError(`--${flag} ${text}: not a number from 0 to 1`)
}

const UNIT_BYTES: { readonly [unit: string]: number } = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9 }

/** `10mb`, `500kb` or `4096` in bytes. @throws UsageError */
export function parseSize(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?b)?$/i.exec(text.trim()) ?? []
  const bytes = Math.round(Number(number) * (UNIT_BYTES[unit.toLowerCase()] ?? 1))
  if (number !== '' && Number.isSafeInteger(bytes)) return bytes
  throw new UsageError(`--${flag} ${text}: not a size (write 4096, 500kb, 10mb)`)
}

const PORT_MAX = 65_535

/** 0 takes any free port. @throws UsageError */
export function parsePort(flag: string, text: string | undefined): number | undefined {
  const port = parseCount(flag, text)
  if (port !== undefined && port > PORT_MAX) throw new UsageError(`--${flag} ${text}: not a port`)
  return port
}
