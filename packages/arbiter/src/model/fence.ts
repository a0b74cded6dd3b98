import { sha256, toHex, utf8 } from '@folkmoot/core'

/** Quoted content between two lines that cannot occur in it. */
export interface Fenced {
  /** 32 hex digits, different for every content. */
  readonly token: string
  /** The opening line, the content, the closing line. */
  readonly text: string
}

/**
 * The token is a hash of the content, so whoever writes a part of it cannot know it; should the content hold it
 * nevertheless, the next one is taken.
 */
export function fence(content: string): Fenced {
  const token = tokenFor(content, 0)
  return { token, text: `${openingLine(token)}\n${content}\n${closingLine(token)}` }
}

export function openingLine(token: string): string {
  return `=== EVIDENCE ${token} BEGINS ===`
}

export function closingLine(token: string): string {
  return `=== EVIDENCE ${token} ENDS ===`
}

function tokenFor(content: string, round: number): string {
  const token = toHex(sha256(utf8(`folkmoot/fence/${round}\0${content}`))).slice(0, 32)
  return content.toLowerCase().includes(token) ? tokenFor(content, round + 1) : token
}
