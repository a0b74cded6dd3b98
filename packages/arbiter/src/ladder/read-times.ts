/** Times of day. */
import { type ReadValue, smallNumber, textAt } from './pieces.ts'
import { valued } from './token.ts'
import type { Raw } from './tokenise.ts'
import { NUMBER_WORDS } from './words/measures.ts'

/** The time that begins at piece `i`, in minutes since midnight, or null. */
export function readTime(raws: readonly Raw[], i: number): ReadValue | null {
  const raw = raws[i]
  if (raw === undefined) return null
  const spoken = spokenTime(raws, i)
  if (spoken !== null) return spoken
  const half = /^([ap])\.?m\.?$/.exec(textAt(raws, i + 1))?.[1]
  if (raw.sort !== 'time' && (half === undefined || smallNumber(raw, 12) === null)) return null
  const [hours = 0, minutes = 0] = raw.text.split(':').map(Number)
  const later = half === 'p' && hours < 12 ? 12 : half === 'a' && hours === 12 ? -12 : 0
  const token = valued(`time ${(hours + later) * 60 + minutes}`, { type: 'time' })
  return { token, taken: half === undefined ? 1 : 2 }
}

/** `quarter past nine`, `half past 9`. */
function spokenTime(raws: readonly Raw[], i: number): ReadValue | null {
  const minutes = textAt(raws, i) === 'quarter' ? 15 : textAt(raws, i) === 'half' ? 30 : null
  if (minutes === null || !/^(past|to)$/.test(textAt(raws, i + 1))) return null
  const hour = NUMBER_WORDS.get(textAt(raws, i + 2)) ?? smallNumber(raws[i + 2], 24)
  if (hour === null || hour > 24) return null
  const at = hour * 60 + (textAt(raws, i + 1) === 'past' ? minutes : -minutes)
  return { token: valued(`time ${at}`, { type: 'time' }), taken: 3 }
}
