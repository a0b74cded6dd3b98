/** What JSON.parse would change without a word. */

/** A key with its colon, any other text, a number, or where an object or list begins or ends. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|-?\d[\d.eE+-]*|[[\]{}]/gs
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
/** Of a number or key in a message: enough to find it. */
const SHOWN_MAX = 40

/**
 * Why a text says something else once it is read: a number that cannot be kept, or a key that is there twice. Undefined
 * if nothing is lost. `1.0` and `1` are one number.
 * @param text valid JSON
 */
export function lossIn(text: string): string | undefined {
  const open: Set<string>[] = []
  for (const [token, quoted, colon] of text.matchAll(TOKEN)) {
    if (quoted === undefined) {
      if (token === '{' || token === '[') open.push(new Set())
      else if (token === '}' || token === ']') open.pop()
      else if (!isKept(token)) return numberLoss(token)
    } else if (colon !== undefined) {
      const key = JSON.parse(quoted) as string
      const keys = open.at(-1)
      if (keys?.has(key) === true) return `the key ${shown(quoted)} is there twice`
      keys?.add(key)
    }
  }
  return undefined
}

function numberLoss(token: string): string {
  const number = Number(token)
  if (!Number.isFinite(number)) return `the number ${shown(token)} is too large to be kept: give it as text`
  if (number === 0) return `the number ${shown(token)} is too small to be kept: give it as text`
  return `the number ${shown(token)} has more digits than can be kept: give it as text`
}

function isKept(token: string): boolean {
  const number = Number(token)
  return Number.isFinite(number) && decimal(token) === decimal(String(number))
}

/** The digits without zeros around them, and the power of ten of the last of them. */
function decimal(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return end === 0
    ? '0'
    : `${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`
}

function shown(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}
