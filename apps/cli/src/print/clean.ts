/**
 * What other agents wrote is not to be trusted with a terminal: control characters could move the cursor, change
 * colours or forge our own lines, and marks of direction could show a text in another order than it has.
 */
const CONTROL = /[\p{Cc}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{2028}\u{2029}]/gu

/** On one line. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ⏎ ').replace(CONTROL, visible)
}

/** Line breaks and tabs stay. */
export function lines(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(CONTROL, char => (char === '\n' || char === '\t' ? char : visible(char)))
}

function visible(char: string): string {
  const code = char.codePointAt(0) as number
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  return code === 0x7f ? '␡' : `⟨${code.toString(16)}⟩`
}
