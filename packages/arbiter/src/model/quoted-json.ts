import type { Json } from '@folkmoot/core'

/**
 * JSON on as few lines as it has members, in which no text looks like markup: angle brackets and back-ticks are written
 * as escapes, and so are brackets around words in capitals. Servers that render a chat into one text before they cut
 * it into tokens would otherwise take `<|im_start|>` or `[INST]` in a memory for the start of a turn.
 */
export function quotedJson(value: Json): string {
  return JSON.stringify(value, null, 1).replace(
    /[<>`]|\[(?=\/?[A-Z_]{2,}\])|[\u0080-\u009f\u2028\u2029]/g,
    escaped,
  )
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
