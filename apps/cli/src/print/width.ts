/** How many cells of a terminal a text takes. */

/** East Asian Wide and Fullwidth (Unicode's EastAsianWidth.txt, W and F), first and last of each range. */
const WIDE = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1b000, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
] as const

const PLAIN = /^[\x20-\x7e]*$/
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{fe0f}/u
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += cellsOf(segment)
  return width
}

/** As much of the text as fits, with an ellipsis if that is not all. */
export function fit(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text
  if (cells < 1) return ''
  let kept = ''
  let width = 0
  for (const { segment } of graphemes.segment(text)) {
    width += cellsOf(segment)
    if (width > cells - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** A grapheme is as wide as its widest part; marks and joiners add nothing. */
function cellsOf(grapheme: string): number {
  if (EMOJI.test(grapheme)) return 2
  let cells = 0
  for (const char of grapheme) {
    if (ZERO.test(char)) continue
    cells = Math.max(cells, isWide(char.codePointAt(0) as number) ? 2 : 1)
  }
  return cells
}

function isWide(code: number): boolean {
  return WIDE.some(([first, last]) => code >= first && code <= last)
}
